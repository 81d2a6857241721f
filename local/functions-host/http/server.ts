// The listener: reads requests whole, writes answers, and stops without cutting anyone off.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { emptyAnswer } from '../shapes/http.ts';
import type { HttpAnswer } from '../shapes/http.ts';

export interface WireRequest {
  method: string;
  /** Path and query as received. */
  target: string;
  /** Names in lower case, several values joined. */
  headers: Record<string, string>;
  /** The body, or undefined when it is over the limit; a second reading gives the same. */
  readBody(limitBytes: number): Promise<Uint8Array | undefined>;
}

export type Answerer = (request: WireRequest) => Promise<HttpAnswer>;

export interface HttpServer {
  port: number;
  /** Until then every request is answered 503. */
  serve(answerer: Answerer): void;
  /** No new connections; what comes over a kept connection is answered 503. */
  refuseNew(): void;
  close(): Promise<void>;
}

export const listen = async (
  port: number,
  activity: { begin(what: string): () => void },
  onError: (error: unknown) => void,
): Promise<HttpServer> => {
  let answerer: Answerer | undefined;
  const server = createServer((request, response) => {
    const end = activity.begin(`${request.method ?? ''} ${request.url ?? ''}`);
    response.once('close', end);
    answer(answerer, request, response).catch((error: unknown) => {
      // When the request was cut while its body arrived, there is nobody to answer.
      if (request.destroyed) return;
      onError(error);
      if (!response.headersSent) write(response, emptyAnswer(500));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  let closed: Promise<void> | undefined;
  const refuseNew = (): void => {
    answerer = undefined;
    closed ??= new Promise((resolve) => server.close(() => resolve()));
  };
  return {
    port: (server.address() as AddressInfo).port,
    serve: (next) => void (answerer = next),
    refuseNew,
    close: () => {
      refuseNew();
      server.closeAllConnections();
      return closed!;
    },
  };
};

const answer = async (
  answerer: Answerer | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (answerer === undefined) {
    response.setHeader('connection', 'close');
    write(response, emptyAnswer(503));
    return;
  }
  let body: Promise<Uint8Array | undefined> | undefined;
  const wireRequest: WireRequest = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: joinHeaders(request.headersDistinct),
    readBody: (limitBytes) => (body ??= readBody(request, limitBytes)),
  };
  write(response, await answerer(wireRequest));
};

const joinHeaders = (headers: NodeJS.Dict<string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')]),
  );

/** A body without Content-Length is read and thrown away, as the platform does. */
const readBody = async (request: IncomingMessage, limitBytes: number): Promise<Uint8Array | undefined> => {
  const declared = request.headers['content-length'];
  if (declared !== undefined && Number(declared) > limitBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) return undefined;
    if (declared !== undefined) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const write = (response: ServerResponse, { status, headers, cookies, body }: HttpAnswer): void => {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    // The length is that of the body we write.
    if (name !== 'content-length' && name !== 'transfer-encoding') response.setHeader(name, value);
  }
  const ownCookie = headers['set-cookie'];
  const allCookies = ownCookie === undefined ? cookies : [...cookies, ownCookie];
  if (allCookies.length > 0) response.setHeader('set-cookie', allCookies);
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  // The rest of a body that is too long is not waited for.
  if (status === 413) response.setHeader('connection', 'close');
  response.end(body);
};

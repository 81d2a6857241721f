// The service over HTTP.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CosmosRequest, Outcome } from './exchange.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Somewhat more than a request may have, so that one that is too large is told so instead of being cut off. */
const longestBodyBytes = 16 * 1024 * 1024;

export const httpHandler = (answer: (request: CosmosRequest) => Promise<Outcome>): HttpHandler => {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const outcome = await answer(await toCosmosRequest(request));
    if (outcome === 'hang' || response.destroyed) return;
    if (outcome === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const { status, headers, body } = outcome;
    if (body !== '') headers['content-length'] = String(Buffer.byteLength(body));
    response.writeHead(status, headers).end(body);
  };
  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that went away in the middle is no trouble of ours; anything else should be seen.
      if (!request.destroyed || request.complete) console.error(error);
      request.socket.destroy();
    });
  };
};

const toCosmosRequest = async (request: IncomingMessage): Promise<CosmosRequest> => {
  const { method = 'GET', url = '/', headers } = request;
  return {
    method,
    path: url.split('?', 1)[0]!,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: await readBody(request),
    origin: `http://${headers.host ?? '127.0.0.1'}`,
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestBodyBytes) throw new Error('The request body is longer than this server reads.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

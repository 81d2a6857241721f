// The service over HTTP.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import { LARGEST_BODY_BYTES } from './answer-call.ts';
import type { FaceRequest, Outcome } from './exchange.ts';

export const makeListener =
  (answer: (request: FaceRequest) => Promise<Outcome>): RequestListener =>
  (request, response) => {
    serve(request, response, answer).catch((error: unknown) => {
      // A client that went away in the middle is no trouble of ours; anything else should be seen.
      if (request.errored === null) console.error('local Face service:', error);
      request.socket.destroy();
    });
  };

const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: FaceRequest) => Promise<Outcome>,
): Promise<void> => {
  const outcome = await answer({
    method: request.method ?? '',
    path: (request.url ?? '').split('?')[0]!,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: await readBody(request),
  });
  if (outcome === 'hang') return;
  if (outcome === 'reset') {
    request.socket.destroy();
    return;
  }
  response.writeHead(outcome.status, outcome.headers);
  response.end(outcome.body === '' ? undefined : outcome.body);
};

/** Reads to the end in any case, so that the caller gets the answer instead of a broken connection. */
const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // What goes beyond is not kept; one byte too many is enough to see that it was there.
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks);
};

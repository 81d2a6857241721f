// What a client of Azure's HTTP pipeline sends, as the exchange knows it.

import { headersOf, type PipelineRequest } from '../http-client.ts';
import type { FaceRequest } from './exchange.ts';

export const toFaceRequest = async (request: PipelineRequest): Promise<FaceRequest> => ({
  method: request.method,
  path: new URL(request.url).pathname,
  headers: headersOf(request),
  body: await bytesOf(request.body),
});

/** JSON comes as text; a form is a function that opens a stream. */
const bytesOf = async (body: unknown): Promise<Buffer> => {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === 'function') return bytesOf((body as () => unknown)());
  if (!isStream(body)) throw new TypeError('A body of this kind is not read here.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const isStream = (body: object): body is AsyncIterable<Uint8Array> => Symbol.asyncIterator in body;

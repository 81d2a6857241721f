// What a client of Azure's HTTP pipeline sends, as the exchange knows it.

import { headersOf, type PipelineRequest } from '../http-client.ts';
import type { CosmosRequest } from './exchange.ts';

export const toCosmosRequest = (request: PipelineRequest): CosmosRequest => {
  const { origin, pathname } = new URL(request.url);
  const { method, body } = request;
  return { method, path: pathname, headers: headersOf(request), body: typeof body === 'string' ? body : '', origin };
};

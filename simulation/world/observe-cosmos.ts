// What a request to Cosmos DB did, as the service carried it out.

import { itemRequestOf, kindByIdPrefix } from '../../local/cosmos/item-request.ts';
import { type JsonObject, isObject, parseJson, type Json } from '../../local/cosmos/json.ts';
import { segmentsOf, targetOf } from '../../local/cosmos/routes.ts';
import { headersOf, type PipelineRequest, type PipelineResponse } from '../../local/http-client.ts';

export interface CosmosOperation {
  /** Such as `Batch` or `Read`; undefined for what concerns no item. */
  operation: string | undefined;
  container: string;
  kinds: readonly string[];
}

/** Documents as they are after a write that was committed. */
export interface CosmosWrite extends CosmosOperation {
  documents: JsonObject[];
}

export const cosmosOperationOf = (request: PipelineRequest): CosmosOperation => {
  const { pathname, origin } = new URL(request.url);
  const target = targetOf(segmentsOf(pathname));
  if (target.kind !== 'item' && target.kind !== 'items') return { operation: undefined, container: '', kinds: [] };
  const body = typeof request.body === 'string' ? request.body : '';
  const exchange = { method: request.method, path: pathname, headers: headersOf(request), body, origin };
  const { operation, kinds } = itemRequestOf(exchange, target, kindByIdPrefix);
  return { operation, container: target.container, kinds };
};

const WRITES = ['Create', 'Upsert', 'Replace', 'Patch', 'Batch'];

/** Undefined for what changed nothing. */
export const cosmosWriteOf = (
  operation: CosmosOperation,
  { status, bodyAsText }: PipelineResponse<PipelineRequest>,
): CosmosWrite | undefined => {
  if (operation.operation === undefined || !WRITES.includes(operation.operation) || status >= 300) return undefined;
  const body = parseJson(bodyAsText);
  if (operation.operation !== 'Batch') return { ...operation, documents: [documentIn(body)] };
  const results = Array.isArray(body) ? body.filter(isObject) : [];
  // A batch that failed is answered with 207; a part of it cannot be carried out.
  if (results.some(({ statusCode }) => Number(statusCode) >= 300)) return undefined;
  const written = results.filter(({ statusCode }) => statusCode !== NO_CONTENT);
  return { ...operation, documents: written.map(({ resourceBody }) => documentIn(resourceBody)) };
};

/** Of a deletion within a batch. */
const NO_CONTENT = 204;

/** A write whose answer leaves its document out would go unseen. */
const documentIn = (answered: Json | undefined): JsonObject => {
  if (answered === undefined || !isObject(answered)) throw new Error('the answer to a write has no document');
  return answered;
};

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
  if (operation.operation !== 'Batch') return { ...operation, documents: isObject(body) ? [body] : [] };
  const results = Array.isArray(body) ? body : [];
  // A batch that failed is answered with 207; a part of it cannot be carried out.
  if (results.some((result) => isObject(result) && Number(result.statusCode) >= 300)) return undefined;
  return { ...operation, documents: results.flatMap((result) => documentIn(result)) };
};

const documentIn = (result: Json): JsonObject[] => {
  if (!isObject(result) || result.resourceBody === undefined) return [];
  return isObject(result.resourceBody) ? [result.resourceBody] : [];
};

// What a request on items wants, before it is done: for faults and counters as much as for doing it.

import { badRequest } from './errors.ts';
import { type CosmosRequest, isTrue } from './exchange.ts';
import type { Operation } from './faults.ts';
import { getProperty, isObject, type Json, type JsonObject, parseJson } from './json.ts';
import { partitionText, parsePartitionKeyHeader } from './partition-key.ts';
import type { Target } from './routes.ts';

export type ItemTarget = Extract<Target, { kind: 'item' | 'items' }>;

export interface ItemRequest {
  /** A plan is no operation: it touches no item, costs nothing and never fails on demand. */
  operation: Operation | 'QueryPlan';
  target: ItemTarget;
  body: Json | undefined;
  kinds: readonly string[];
  partition: string | undefined;
  headers: CosmosRequest['headers'];
  text: string;
}

/** Tells the kind of a document; for reads and deletes only its id is known. */
export type KindOf = (container: string, document: JsonObject) => string;

export const kindByIdPrefix: KindOf = (_, document) => {
  const id = getProperty(document, 'id');
  return typeof id === 'string' ? id.split(':', 1)[0]! : '';
};

export const itemRequestOf = (request: CosmosRequest, target: ItemTarget, kindOf: KindOf): ItemRequest => {
  const operation = operationOf(request, target);
  const body = request.body === '' ? undefined : parseBody(request.body);
  const key = request.headers['x-ms-documentdb-partitionkey'];
  return {
    operation,
    target,
    body,
    kinds: kindsOf(operation, target, body, kindOf),
    partition: key === undefined ? undefined : partitionText(parsePartitionKeyHeader(key)),
    headers: request.headers,
    text: request.body,
  };
};

const operationOf = ({ method, headers }: CosmosRequest, target: ItemTarget): ItemRequest['operation'] => {
  if (target.kind === 'item') {
    switch (method) {
      case 'GET':
        return 'Read';
      case 'PUT':
        return 'Replace';
      case 'PATCH':
        return 'Patch';
      case 'DELETE':
        return 'Delete';
    }
    throw badRequest(`${method} is not possible on an item.`);
  }
  if (method === 'GET') return 'Query';
  if (method !== 'POST') throw badRequest(`${method} is not possible on the items of a container.`);
  if (isTrue(headers['x-ms-cosmos-is-batch-request'])) return 'Batch';
  if (isTrue(headers['x-ms-cosmos-is-query-plan-request'])) return 'QueryPlan';
  if (isTrue(headers['x-ms-documentdb-isquery'])) return 'Query';
  if (headers['content-type']?.startsWith('application/query+json') === true) return 'Query';
  return isTrue(headers['x-ms-documentdb-is-upsert']) ? 'Upsert' : 'Create';
};

const parseBody = (text: string): Json => {
  try {
    return parseJson(text);
  } catch {
    throw badRequest('The request body is not valid JSON.');
  }
};

const kindsOf = (
  operation: ItemRequest['operation'],
  target: ItemTarget,
  body: Json | undefined,
  kindOf: KindOf,
): string[] => {
  if (operation === 'Query' || operation === 'QueryPlan') return [];
  if (operation === 'Batch') {
    return Array.isArray(body) ? body.map((entry) => kindOf(target.container, batchDocument(entry))) : [];
  }
  if (operation === 'Create' || operation === 'Upsert' || operation === 'Replace') {
    return isObject(body) ? [kindOf(target.container, body)] : [];
  }
  return target.kind === 'item' ? [kindOf(target.container, { id: target.id })] : [];
};

const batchDocument = (operation: Json): JsonObject => {
  if (!isObject(operation)) return {};
  const { id, resourceBody } = operation;
  if (isObject(resourceBody) && getProperty(resourceBody, 'id') !== undefined) return resourceBody;
  return id === undefined ? {} : { id };
};

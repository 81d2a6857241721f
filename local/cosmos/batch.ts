// A transactional batch: the operations of one partition, in order, seeing each other. All of them stay, or none.

import { badRequest, CosmosError, errorCode, tooLarge } from './errors.ts';
import type { ItemResult, PartitionItems } from './items.ts';
import { getProperty, isObject, type Json, type JsonObject, parseJson, utf8Bytes } from './json.ts';
import { parsePatch } from './patch.ts';
import { smallestCharge } from './request-charge.ts';

export interface BatchOperation {
  type: 'Create' | 'Upsert' | 'Read' | 'Replace' | 'Delete' | 'Patch';
  id: string | undefined;
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
  resourceBody: Json | undefined;
}

export interface BatchResult {
  succeeded: boolean;
  charge: number;
  /** What each operation cost, in order; those that did not run cost nothing. */
  charges: number[];
  results: JsonObject[];
}

const mostOperations = 100;
const largestBatchBytes = 2 * 1024 * 1024;
const types = ['Create', 'Upsert', 'Read', 'Replace', 'Delete', 'Patch'] as const;

export const parseBatch = (body: Json | undefined, text: string): BatchOperation[] => {
  if (!Array.isArray(body)) throw badRequest('A batch must be a list of operations.');
  if (body.length === 0) throw badRequest('A batch needs at least one operation.');
  if (body.length > mostOperations) throw badRequest(`A batch can have ${mostOperations} operations at most.`);
  if (utf8Bytes(text) > largestBatchBytes) throw tooLarge('Request size is too large: a batch can have 2 MB at most.');
  return body.map(parseOperation);
};

const parseOperation = (operation: Json): BatchOperation => {
  const given = isObject(operation) ? operation : {};
  const type = types.find((name) => name === given.operationType);
  if (type === undefined) throw badRequest('Each batch operation needs a known operationType.');
  return {
    type,
    id: optionalText(given, 'id'),
    ifMatch: optionalText(given, 'ifMatch'),
    ifNoneMatch: optionalText(given, 'ifNoneMatch'),
    resourceBody: getProperty(given, 'resourceBody'),
  };
};

const optionalText = (operation: JsonObject, name: string): string | undefined => {
  const value = getProperty(operation, name) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw badRequest(`In a batch operation, ${name} must be a text.`);
};

/** Runs until the first failure. The caller takes everything back when it did not succeed. */
export const runBatch = (
  items: PartitionItems,
  operations: readonly BatchOperation[],
  minimalResponse: boolean,
): BatchResult => {
  const results: JsonObject[] = [];
  const charges: number[] = [];
  for (const operation of operations) {
    try {
      const result = runOperation(items, operation);
      charges.push(result.charge);
      results.push(resultDocument(result, minimalResponse && operation.type !== 'Read'));
    } catch (error) {
      if (!(error instanceof CosmosError)) throw error;
      const { status, message, details } = error;
      const charge = details.requestCharge ?? smallestCharge;
      charges.push(charge);
      const failure: JsonObject = { statusCode: status, requestCharge: charge, message };
      if (details.substatus !== undefined) failure.subStatusCode = details.substatus;
      const failedAt = results.length;
      return {
        succeeded: false,
        charge: total(charges),
        charges,
        results: operations.map((_, i) => (i === failedAt ? failure : dependent())),
      };
    }
  }
  return { succeeded: true, charge: total(charges), charges, results };
};

const runOperation = (items: PartitionItems, operation: BatchOperation): ItemResult => {
  const { type, resourceBody } = operation;
  switch (type) {
    case 'Create':
      return items.create(resourceBody);
    case 'Upsert':
      return items.upsert(resourceBody, operation);
    case 'Read':
      return items.read(requireId(operation), operation);
    case 'Replace':
      return items.replace(requireId(operation), resourceBody, operation);
    case 'Delete':
      return items.delete(requireId(operation), operation);
    case 'Patch':
      return items.patch(requireId(operation), parsePatch(resourceBody ?? null), operation);
  }
};

const requireId = ({ type, id }: BatchOperation): string => {
  if (id === undefined) throw badRequest(`A batch operation ${type} needs an id.`);
  return id;
};

const resultDocument = ({ status, charge, etag, body }: ItemResult, withoutBody: boolean): JsonObject => {
  const result: JsonObject = { statusCode: status, requestCharge: charge };
  if (etag !== undefined) result.eTag = etag;
  if (body !== undefined && !withoutBody) result.resourceBody = parseJson(body);
  return result;
};

const dependent = (): JsonObject => ({ statusCode: 424, requestCharge: 0, message: errorCode(424) });

const total = (charges: readonly number[]): number => charges.reduce((sum, charge) => sum + charge, 0);

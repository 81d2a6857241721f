import { badRequest, CosmosError, leftOut } from './errors.ts';
import { getProperty, isObject, type Json, parseJson } from './json.ts';

/** `undefined` is the key of items that have no value at the key's path, which is a partition of its own. */
export type PartitionKeyValue = string | number | boolean | null | undefined;

/** The text under which a partition is stored and compared: `["A"]`, `[1]`, `[null]`, `[{}]` for none. */
export const partitionText = (value: PartitionKeyValue): string => JSON.stringify([value === undefined ? {} : value]);

export const parsePartitionKeyHeader = (header: string): PartitionKeyValue => {
  const components = parseComponents(header);
  if (components.length > 1) throw leftOut('hierarchical partition keys');
  const [value] = components;
  if (isObject(value) && Object.keys(value).length === 0) return undefined;
  if (value === undefined || typeof value === 'object') {
    if (value !== null) throw badRequest('The partition key supplied does not fit the definition of the container.');
  }
  return value;
};

const parseComponents = (header: string): Json[] => {
  let parsed: Json;
  try {
    parsed = parseJson(header);
  } catch {
    throw badRequest('The partition key header is not valid JSON.');
  }
  if (!Array.isArray(parsed)) throw badRequest('The partition key header must be a JSON array.');
  return parsed;
};

export const partitionKeyOf = (document: Json, path: readonly string[]): PartitionKeyValue => {
  let value: Json | undefined = document;
  for (const name of path) value = isObject(value) ? getProperty(value, name) : undefined;
  return typeof value === 'object' && value !== null ? undefined : value;
};

export const partitionKeyMismatch = (): CosmosError =>
  new CosmosError(400, 'PartitionKey extracted from document does not match the one specified in the header.', {
    substatus: 1001,
  });

// What a container may say about itself, with the defaults of the service.

import { badRequest, leftOut } from './errors.ts';
import { defaultIndexingPolicy, IndexingPolicy } from './indexing-policy.ts';
import { getProperty, isObject, type Json, type JsonObject } from './json.ts';
import { parsePropertyPath } from './property-path.ts';

export const containerDefinition = (id: string, body: JsonObject): JsonObject => {
  refuseLeftOut(body);
  const definition: JsonObject = {
    id,
    indexingPolicy: indexingPolicy(getProperty(body, 'indexingPolicy')),
    partitionKey: partitionKey(getProperty(body, 'partitionKey')),
    uniqueKeyPolicy: { uniqueKeys: [] },
    conflictResolutionPolicy: {
      mode: 'LastWriterWins',
      conflictResolutionPath: '/_ts',
      conflictResolutionProcedure: '',
    },
    geospatialConfig: { type: 'Geography' },
  };
  const ttl = getProperty(body, 'defaultTtl') ?? undefined;
  if (ttl !== undefined) definition.defaultTtl = checkTtl(ttl);
  return definition;
};

/** TTL and indexing can change; the partition key cannot. */
export const containerReplacement = (current: JsonObject, body: JsonObject): JsonObject => {
  const replacement = containerDefinition(current.id as string, body);
  if (getProperty(body, 'id') !== current.id) throw badRequest('The id of a container cannot be changed.');
  if (JSON.stringify(replacement.partitionKey) !== JSON.stringify(current.partitionKey)) {
    throw badRequest('Document collection partition key cannot be changed.');
  }
  const rest = { ...current };
  delete rest.defaultTtl;
  return { ...rest, ...replacement };
};

export const checkTtl = (ttl: Json): number => {
  if (typeof ttl === 'number' && Number.isInteger(ttl) && (ttl > 0 || ttl === -1) && ttl <= 2_147_483_647) return ttl;
  throw badRequest(
    `The input ttl '${JSON.stringify(ttl)}' is invalid. It must be a whole number of seconds above 0, or -1.`,
  );
};

const partitionKey = (given: Json | undefined): JsonObject => {
  if (!isObject(given)) {
    throw leftOut('containers without a partition key (give { paths, version: 2 })');
  }
  const { paths, version, kind } = given;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string') || paths.length === 0) {
    throw badRequest('The partition key needs "paths", a list of paths such as "/id".');
  }
  if (paths.length > 1 || kind === 'MultiHash') throw leftOut('hierarchical (MultiHash) partition keys');
  if (version !== 2) throw leftOut('partition keys of version 1 (set "version": 2 in the partition key)');
  paths.forEach((path) => parsePropertyPath(path));
  return { paths, kind: 'Hash', version: 2 };
};

const indexingPolicy = (given: Json | undefined): JsonObject => {
  if (given === undefined || given === null) return defaultIndexingPolicy();
  if (!isObject(given)) throw badRequest('The indexing policy must be an object.');
  const policy = { ...defaultIndexingPolicy(), ...given };
  const excluded = Array.isArray(policy.excludedPaths) ? policy.excludedPaths : [];
  const excludes = (path: string): boolean => excluded.some((entry) => isObject(entry) && entry.path === path);
  if (excludes('/*') && given.includedPaths === undefined) policy.includedPaths = [];
  // The service adds the etag to whatever else is excluded.
  policy.excludedPaths = excludes('/"_etag"/?') ? excluded : [...excluded, { path: '/"_etag"/?' }];
  new IndexingPolicy(policy);
  return policy;
};

const refuseLeftOut = (body: JsonObject): void => {
  const uniqueKeys = getProperty(body, 'uniqueKeyPolicy');
  const keys = isObject(uniqueKeys) ? uniqueKeys.uniqueKeys : undefined;
  if (Array.isArray(keys) && keys.length > 0) throw leftOut('unique keys');
  if (getProperty(body, 'clientEncryptionPolicy') !== undefined) throw leftOut('client-side encryption');
  if (getProperty(body, 'vectorEmbeddingPolicy') !== undefined) throw leftOut('vector search');
  if (getProperty(body, 'fullTextPolicy') !== undefined) throw leftOut('full-text search');
  if (getProperty(body, 'changeFeedPolicy') !== undefined) throw leftOut('the change feed');
  if (getProperty(body, 'computedProperties') !== undefined) throw leftOut('computed properties');
  if (getProperty(body, 'analyticalStorageTtl') !== undefined) throw leftOut('analytical storage');
};

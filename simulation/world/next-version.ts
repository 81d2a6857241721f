// How the next version of the product differs from this one: by its number, and by a field that this one does not know.

import type { InProcessClient, PipelineRequest } from '../../local/http-client.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../local/cosmos/json.ts';
import { SCHEMA_VERSION } from '../../shared/contracts/result-message.ts';
import { cosmosOperationOf } from './observe-cosmos.ts';

export const ADDED_FIELD = 'addedInNextVersion';

/** A document or a message as the next version writes it. */
export const ofNextVersion = <T extends object>(written: T): T & { [ADDED_FIELD]: string } => ({
  ...written,
  ...('schemaVersion' in written && { schemaVersion: SCHEMA_VERSION + 1 }),
  [ADDED_FIELD]: 'kept',
});

/** Leads the writes of a process of the next version to the database; what it only patches stays as it is. */
export const nextVersionClient = (client: InProcessClient, onWritten: () => void): InProcessClient => ({
  sendRequest: async <R extends PipelineRequest>(request: R) => {
    const body = bodyOfNextVersion(request);
    if (body === undefined) return client.sendRequest(request);
    onWritten();
    const response = await client.sendRequest(Object.create(request, { body: { value: body } }) as R);
    return { ...response, request };
  },
});

const bodyOfNextVersion = (request: PipelineRequest): string | undefined => {
  if (typeof request.body !== 'string') return undefined;
  const { operation = '' } = cosmosOperationOf(request);
  if (!['Create', 'Upsert', 'Replace', 'Batch'].includes(operation)) return undefined;
  const body = parseJson(request.body);
  return JSON.stringify(Array.isArray(body) ? body.map(partOfNextVersion) : ofNextVersion(body as JsonObject));
};

const partOfNextVersion = (part: Json): Json => {
  if (!isObject(part) || part.operationType === 'Patch' || !isObject(part.resourceBody)) return part;
  return { ...part, resourceBody: ofNextVersion<JsonObject>(part.resourceBody) };
};

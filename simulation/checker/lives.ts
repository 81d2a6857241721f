// I9: what is counted by, told or decided is not forgotten too early. The numbers are those of the design.

import { correlationDocuments } from '../../shared/adapters/cosmos/documents.ts';
import type { JsonObject } from '../../local/cosmos/json.ts';
import type { CosmosWrite } from '../world/observe-cosmos.ts';
import type { Model } from './model.ts';

const DAY = 86_400;

/** How long a document of this kind has to live at least, in seconds, and what it is. */
const lifeOf = (document: JsonObject): { what: string; leastSeconds: number } => {
  const kind = document.documentKind as string;
  switch (kind) {
    case 'history':
      return lifeOfHistory(document);
    case 'session':
    case 'attempt':
    case 'device':
      return { what: `a document of kind ${kind}`, leastSeconds: 60 * DAY };
    case 'flag':
      return { what: 'a flag', leastSeconds: 400 * DAY };
    case 'event':
      return document.dueAt === undefined
        ? { what: 'a published event', leastSeconds: 30 * DAY }
        : { what: 'an event that is not published', leastSeconds: Infinity };
    case 'observation':
      return { what: 'an observation', leastSeconds: 45 * DAY };
    case 'idempotency-key':
      return { what: 'the key of a request', leastSeconds: DAY };
    case 'quota':
      return { what: 'the quota of a day', leastSeconds: DAY };
    default:
      return { what: `a document of kind ${kind}`, leastSeconds: Infinity };
  }
};

/** What blocks somebody, or must never come back, stays. */
const lifeOfHistory = (document: JsonObject): { what: string; leastSeconds: number } => {
  const { correlationId, status, verdicts } = correlationDocuments.record(document);
  const block = verdicts.find(({ audit, pauseEnded }) => audit !== true && pauseEnded !== true);
  if (block !== undefined) return { what: `${correlationId}, which is ${block.kind},`, leastSeconds: Infinity };
  if (status === 'retired') return { what: `${correlationId}, which is retired,`, leastSeconds: Infinity };
  return { what: correlationId, leastSeconds: 60 * DAY };
};

/** Without a time of its own a document lives as long as its container says, or for ever. */
export const checkLives = (model: Model, { container, documents }: CosmosWrite): void => {
  for (const document of documents) {
    if (typeof document.ttl !== 'number' || document.ttl < 0) continue;
    const { what, leastSeconds } = lifeOf(document);
    if (document.ttl < leastSeconds) model.breaks('I9', `${what} in ${container} expires in ${document.ttl} seconds`);
  }
};

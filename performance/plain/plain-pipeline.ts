// The way samples do it: one message, read the document, change it, write it back if nobody else has, write the result
// down beside it. Nobody is judged, and unless it is given duties, nothing else is kept or sent.

import type { Container } from '@azure/cosmos';
import type { CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';
import type { ResultEvent } from '../../shared/application/ports.ts';
import { decodeResult } from '../../shared/contracts/result-message.ts';
import { eventKey } from '../../shared/domain/events.ts';
import { countDocuments } from '../pipelines/count-documents.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import type { Workload } from '../pipelines/workload.ts';
import type { PlainDuties } from './plain-duties.ts';
import { type PlainSummary, readPlainSummary, withResult } from './plain-summary.ts';
import { HTTP, unless } from './unless.ts';

export interface PlainOptions {
  name: string;
  concurrency: number;
  /** `two-writes`: a crash in between counts a result again. `one-batch`: both or none, so each counts once. */
  writes: 'two-writes' | 'one-batch';
  duties?: PlainDuties;
}

const SUMMARY_ID = 'plain-summary';
const RESULT_KIND = 'plain-result';
const TRIES = 20;

export const makePlainPipeline = (
  database: CosmosDatabase,
  { name, concurrency, writes, duties }: PlainOptions,
): Pipeline => {
  const container = database.container('correlations');
  const write = writes === 'one-batch' ? writeTogether : writeSeparately;

  const record = async (event: ResultEvent): Promise<void> => {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { resource, etag } = await container.item(SUMMARY_ID, event.correlationId).read<object>();
      const before = readPlainSummary(resource);
      if (!(await write(container, withResult(before, event), etag, event))) continue;
      await duties?.afterResult(event, before);
      return;
    }
    throw new Error('too many writers for one person');
  };

  return {
    name,
    cardinality: 'one',
    concurrency,
    prepare: async (workload) => {
      await duties?.prepare(workload);
      const { customerId, people } = workload;
      for (const sessions of people) {
        const correlationId = sessions[0]?.correlationId ?? '';
        const openSessions = sessions.map(({ sessionId }) => sessionId);
        const counts = { failures: 0, passes: 0, results: [] };
        await container.items.create({ id: SUMMARY_ID, correlationId, customerId, openSessions, ...counts });
      }
    },
    handle: async (bodies) => {
      for (const body of bodies) {
        const decoded = decodeResult(body);
        if (decoded.kind === 'invalid') throw new Error(decoded.reason);
        await record(decoded.event);
      }
    },
    countRecorded: (workload: Workload) => countDocuments(container, RESULT_KIND, workload),
  };
};

type Write = (container: Container, summary: PlainSummary, etag: string, event: ResultEvent) => Promise<boolean>;

/** False when somebody else wrote first. */
const writeSeparately: Write = async (container, summary, etag, event) => {
  const accessCondition = { type: 'IfMatch', condition: etag };
  const replaced = await unless(HTTP.preconditionFailed, () =>
    container.item(SUMMARY_ID, summary.correlationId).replace(summary, { accessCondition }),
  );
  if (replaced) await unless(HTTP.conflict, () => container.items.create(resultDocument(event)));
  return replaced;
};

/** One that is written down already counts as written. */
const writeTogether: Write = async (container, summary, etag, event) => {
  const { result = [] } = await container.items.batch(
    [
      { operationType: 'Replace', id: SUMMARY_ID, ifMatch: etag, resourceBody: { ...summary } },
      { operationType: 'Create', resourceBody: resultDocument(event) },
    ],
    summary.correlationId,
  );
  const statuses = result.map(({ statusCode }) => statusCode);
  return statuses.includes(HTTP.conflict) || statuses.every((status) => status < 400);
};

const resultDocument = (event: ResultEvent) => ({
  ...event,
  id: `${RESULT_KIND}:${eventKey(event).replace('/', ':')}`,
  documentKind: RESULT_KIND,
});

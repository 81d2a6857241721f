// The stored ledger as events: tokens from the sessions that got one, attempts and abandoned tokens from the records that
// were counted. How sessions were settled is not told, because a replay has to do without.

import type { SqlQuerySpec } from '@azure/cosmos';
import type { CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { ledgerDocuments, sessionDocuments } from '../../shared/adapters/cosmos/documents.ts';
import type { LedgerRecord, SessionRecord } from '../../shared/application/records.ts';
import type { ReplayEvent } from '../../shared/application/replay/replay-event.ts';

export interface LedgerPart {
  from: Date;
  /** Not included. */
  to: Date;
  customerId?: string;
}

/** In no particular order, page by page. */
export async function* readLedger(database: CosmosDatabase, part: LedgerPart): AsyncGenerator<ReplayEvent> {
  for await (const document of documentsOf(database, issuedSessions(part))) {
    yield issued(sessionDocuments.record(document));
  }
  for await (const document of documentsOf(database, countedRecords(part))) {
    yield counted(ledgerDocuments.record(document));
  }
}

const PAGE_SIZE = 500;

/** Sorting in the service would need an index for what is asked once in a while. */
async function* documentsOf(database: CosmosDatabase, query: SqlQuerySpec): AsyncGenerator {
  const pages = database
    .container('correlations')
    .items.query(query, { maxItemCount: PAGE_SIZE, maxDegreeOfParallelism: 1, bufferItems: false });
  while (pages.hasMoreResults()) {
    const { resources } = await pages.fetchNext();
    // The last page of a query over several partitions may come without any.
    yield* (resources as unknown[] | undefined) ?? [];
  }
}

const issuedSessions = ({ from, to, customerId }: LedgerPart): SqlQuerySpec =>
  query(
    "c.documentKind = 'session' AND c.state IN ('issued', 'closing', 'closed') AND c.reservedAt >= @from AND c.reservedAt < @to",
    { from: from.toISOString(), to: to.toISOString() },
    customerId,
  );

const countedRecords = ({ from, to, customerId }: LedgerPart): SqlQuerySpec =>
  query(
    "c.documentKind = 'attempt' AND c.type IN ('attempt', 'session.abandoned') AND c.atMs >= @from AND c.atMs < @to",
    { from: from.getTime(), to: to.getTime() },
    customerId,
  );

const query = (
  condition: string,
  { from, to }: { from: string | number; to: string | number },
  customerId: string | undefined,
): SqlQuerySpec => ({
  query: `SELECT * FROM c WHERE ${condition}${customerId === undefined ? '' : ' AND c.customerId = @customerId'}`,
  parameters: [
    { name: '@from', value: from },
    { name: '@to', value: to },
    ...(customerId === undefined ? [] : [{ name: '@customerId', value: customerId }]),
  ],
});

const issued = (session: SessionRecord): ReplayEvent => {
  const { customerId, correlationId, sessionId, deviceKey, appVersion, attemptsAllowed, reservedAt, expiresAt } =
    session;
  return {
    type: 'session.issued',
    // As in the history, which counts a token from its reservation on.
    atMs: reservedAt.getTime(),
    customerId,
    correlationId,
    sessionId,
    ...(deviceKey !== undefined && { deviceKey }),
    ...(appVersion !== undefined && { appVersion }),
    attemptsAllowed,
    tokenTtlSeconds: Math.round((expiresAt.getTime() - reservedAt.getTime()) / 1000),
  };
};

const counted = (record: LedgerRecord): ReplayEvent => {
  const { atMs, customerId, correlationId, sessionId, deviceKey, appVersion } = record;
  const base = {
    atMs,
    customerId,
    correlationId,
    sessionId,
    ...(deviceKey !== undefined && { deviceKey }),
    ...(appVersion !== undefined && { appVersion }),
  };
  const { type, attemptId, outcome, reason, errorCode } = record;
  if (type !== 'attempt' || attemptId === undefined || outcome === undefined)
    return { type: 'session.abandoned', ...base };
  return {
    type: 'attempt',
    ...base,
    attemptId,
    outcome,
    ...(reason !== undefined && { reason }),
    ...(errorCode !== undefined && { errorCode }),
  };
};

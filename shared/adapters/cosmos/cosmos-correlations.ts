import { type Container, type OperationInput, PatchOperationType, type RequestOptions } from '@azure/cosmos';
import { Unavailable } from '../../application/errors.ts';
import type { CommitResult, CorrelationChange, Correlations } from '../../application/ports.ts';
import type {
  CorrelationRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  SessionRecord,
  Versioned,
} from '../../application/records.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, assertContainerIsThere, HTTP, isOurMistake } from './cosmos-errors.ts';
import {
  CORRELATION_ID,
  correlationDocuments,
  eventDocuments,
  flagDocumentId,
  flagDocuments,
  ledgerDocumentId,
  ledgerDocuments,
  sessionDocumentId,
  sessionDocuments,
} from './documents.ts';
import { markPublishedIn } from './mark-published.ts';

const PAGE_SIZE = 20;

/** Everything about one correlation id lies in its logical partition, so one change is one transactional batch. */
export class CosmosCorrelations implements Correlations {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('correlations');
  }

  find(correlationId: string): Promise<Versioned<CorrelationRecord> | undefined> {
    return this.#read(correlationId, CORRELATION_ID, correlationDocuments.record);
  }

  findSession(correlationId: string, sessionId: string): Promise<Versioned<SessionRecord> | undefined> {
    return this.#read(correlationId, sessionDocumentId(sessionId), sessionDocuments.record);
  }

  findNewestSession(correlationId: string, sessionId: string): Promise<Versioned<SessionRecord> | undefined> {
    return this.#readNewest(correlationId, sessionDocumentId(sessionId), sessionDocuments.record);
  }

  async findLedger(correlationId: string, keys: readonly string[]): Promise<LedgerRecord[]> {
    const found = await Promise.all(
      keys.map((key) => this.#read(correlationId, ledgerDocumentId(key), ledgerDocuments.record)),
    );
    return found.flatMap((versioned) => (versioned === undefined ? [] : [versioned.record]));
  }

  async findFlag(correlationId: string, flagId: string): Promise<FlagRecord | undefined> {
    return (await this.#read(correlationId, flagDocumentId(flagId), flagDocuments.record))?.record;
  }

  async commit(correlationId: string, change: CorrelationChange): Promise<CommitResult> {
    const steps = stepsOf(change);
    const operations = steps.map(({ operation }) => operation);
    const answer = await answerOf('a change of a correlation id was not stored', () =>
      this.#container.items.batch(operations, correlationId, this.#database.options()),
    );
    const results = 'value' in answer ? answer.value.result : undefined;
    if (results?.length !== steps.length) throw new Unavailable('a batch was answered in part');

    const failedAt = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== HTTP.failedDependency);
    const failed = steps[failedAt];
    if (failed === undefined) {
      const sessionAt = steps.findIndex(({ what }) => what === 'session');
      const sessionVersion = results[sessionAt]?.eTag;
      return { kind: 'committed', ...(sessionVersion !== undefined && { sessionVersion }) };
    }
    const status = results[failedAt]?.statusCode;
    const lostRace = status === HTTP.preconditionFailed || status === HTTP.conflict || status === HTTP.notFound;
    if (!lostRace) throw refusedBatch(failed.what, status);
    switch (failed.what) {
      case 'ledger':
        return { kind: 'already-recorded' };
      case 'session':
      case 'revoked-session':
      case 'closed-session':
        return { kind: 'changed', what: 'session' };
      case 'correlation':
      case 'flag':
      case 'event':
        return { kind: 'changed', what: 'correlation' };
    }
  }

  async postponeSession(session: SessionRecord, dueAt: Date): Promise<void> {
    await answerOf(
      'work on a session was not put off',
      () =>
        this.#container.item(sessionDocumentId(session.sessionId), session.correlationId).patch(
          {
            condition: "from c where c.state != 'closed' and c.state != 'released'",
            operations: [
              { op: PatchOperationType.set, path: '/dueAt', value: dueAt.toISOString() },
              { op: PatchOperationType.incr, path: '/failures', value: 1 },
            ],
          },
          this.#database.options(),
        ),
      [HTTP.notFound, HTTP.preconditionFailed],
    );
  }

  async dueCorrelations(now: Date): Promise<string[]> {
    const due = await this.#due('history', now, 'c.correlationId');
    return due.map((document) => (document as { correlationId: string }).correlationId);
  }

  async dueSessions(now: Date): Promise<SessionRecord[]> {
    return (await this.#due('session', now, '*')).map((document) => sessionDocuments.record(document));
  }

  async dueEvents(now: Date): Promise<EventRecord[]> {
    return (await this.#due('event', now, '*')).map((document) => eventDocuments.record(document));
  }

  markPublished(correlationId: string, eventIds: readonly string[]): Promise<void> {
    return markPublishedIn(this.#container, this.#database, correlationId, eventIds);
  }

  /** A replica that lags behind knows nothing of what another process has just stored. */
  async #read<T>(correlationId: string, id: string, recordOf: (document: unknown) => T) {
    return (
      (await this.#readWith(correlationId, id, recordOf, {})) ?? (await this.#readNewest(correlationId, id, recordOf))
    );
  }

  #readNewest<T>(correlationId: string, id: string, recordOf: (document: unknown) => T) {
    return this.#readWith(correlationId, id, recordOf, { consistencyLevel: 'Strong' });
  }

  async #readWith<T>(
    correlationId: string,
    id: string,
    recordOf: (document: unknown) => T,
    options: RequestOptions,
  ): Promise<Versioned<T> | undefined> {
    const answer = await answerOf('a correlation id could not be read', () =>
      this.#container
        .item(id, correlationId)
        .read<Record<string, unknown>>({ ...this.#database.options(), ...options }),
    );
    if (!('value' in answer)) return undefined;
    assertContainerIsThere('correlation ids', answer.value);
    const { resource, etag } = answer.value;
    return resource === undefined ? undefined : { record: recordOf(resource), version: etag };
  }

  async #due(kind: string, now: Date, selected: string): Promise<unknown[]> {
    const query = {
      query: `SELECT ${selected} FROM c WHERE c.documentKind = @kind AND c.dueAt <= @now`,
      parameters: [
        { name: '@kind', value: kind },
        { name: '@now', value: now.toISOString() },
      ],
    };
    const answer = await answerOf('what is due could not be read', () =>
      this.#container.items.query(query, { maxItemCount: PAGE_SIZE, ...this.#database.options() }).fetchNext(),
    );
    return 'value' in answer ? ((answer.value.resources as unknown[] | undefined) ?? []) : [];
  }
}

/** As with a single call: what can never succeed is our mistake, and must not be tried for ever. */
const refusedBatch = (what: Step['what'], status: number | undefined): Error => {
  const sentence = `a batch was refused at its ${what} with ${status ?? 'no status'}`;
  return isOurMistake(status) ? new Error(sentence) : new Unavailable(sentence);
};

interface Step {
  what: 'correlation' | 'session' | 'revoked-session' | 'closed-session' | 'ledger' | 'flag' | 'event';
  operation: OperationInput;
}

const stepsOf = (change: CorrelationChange): Step[] => {
  const { correlation, newSession, session, revoke, closed, ledger, flags, events } = change;
  const steps: Step[] = [];
  const create = (what: Step['what'], document: Record<string, unknown>): void => {
    steps.push({ what, operation: { operationType: 'Create', resourceBody: document as JsonDocument } });
  };
  const replace = (what: Step['what'], document: Record<string, unknown> & { id: string }, version: string): void => {
    const resourceBody = document as JsonDocument & { id: string };
    steps.push({ what, operation: { operationType: 'Replace', id: document.id, ifMatch: version, resourceBody } });
  };

  // The history first: of two writers the one that read it earlier learns that, whatever else differs.
  if (correlation?.version !== undefined) {
    replace('correlation', correlationDocuments.document(correlation.record), correlation.version);
  } else if (correlation !== undefined) {
    create('correlation', correlationDocuments.document(correlation.record));
  }
  if (newSession !== undefined) create('session', sessionDocuments.document(newSession));
  if (session !== undefined) {
    const { correlationId } = session.record;
    replace('session', { ...sessionDocuments.document(session.record), correlationId }, session.version);
  }
  for (const record of ledger ?? []) create('ledger', ledgerDocuments.document(record));
  for (const sessionId of revoke?.sessionIds ?? []) {
    steps.push({
      what: 'revoked-session',
      operation: {
        operationType: 'Patch',
        id: sessionDocumentId(sessionId),
        resourceBody: {
          operations: [
            { op: PatchOperationType.set, path: '/revoked', value: true },
            { op: PatchOperationType.set, path: '/dueAt', value: revoke?.dueAt.toISOString() },
          ],
        },
      },
    });
  }
  for (const sessionId of new Set(closed)) {
    steps.push({
      what: 'closed-session',
      operation: {
        operationType: 'Patch',
        id: sessionDocumentId(sessionId),
        resourceBody: {
          operations: [
            { op: PatchOperationType.set, path: '/state', value: 'closed' },
            // Adding it first makes removing it always possible.
            { op: PatchOperationType.set, path: '/dueAt', value: null },
            { op: PatchOperationType.remove, path: '/dueAt' },
          ],
        },
      },
    });
  }
  for (const flag of flags ?? []) create('flag', flagDocuments.document(flag));
  for (const event of events ?? []) create('event', eventDocuments.document(event));
  return steps;
};

type JsonDocument = Extract<OperationInput, { operationType: 'Create' }>['resourceBody'];

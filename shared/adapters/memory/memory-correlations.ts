import type { CommitResult, CorrelationChange, Correlations } from '../../application/ports.ts';
import type {
  CorrelationRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  SessionRecord,
  Versioned,
} from '../../application/records.ts';
import { VersionedMap } from './versioned-map.ts';

const PAGE_SIZE = 20;

/** What belongs to one correlation id. */
interface Partition {
  correlation: VersionedMap<CorrelationRecord>;
  sessions: VersionedMap<SessionRecord>;
  ledger: VersionedMap<LedgerRecord>;
  flags: VersionedMap<FlagRecord>;
  events: VersionedMap<EventRecord>;
}

export class MemoryCorrelations implements Correlations {
  readonly #partitions = new Map<string, Partition>();

  find(correlationId: string): Promise<Versioned<CorrelationRecord> | undefined> {
    return Promise.resolve(this.#partition(correlationId).correlation.find(correlationId));
  }

  findSession(correlationId: string, sessionId: string): Promise<Versioned<SessionRecord> | undefined> {
    return Promise.resolve(this.#partition(correlationId).sessions.find(sessionId));
  }

  findNewestSession(correlationId: string, sessionId: string): Promise<Versioned<SessionRecord> | undefined> {
    return Promise.resolve(this.#partition(correlationId).sessions.find(sessionId));
  }

  findLedger(correlationId: string, keys: readonly string[]): Promise<LedgerRecord[]> {
    const { ledger } = this.#partition(correlationId);
    return Promise.resolve(keys.flatMap((key) => ledger.find(key)?.record ?? []));
  }

  findFlag(correlationId: string, flagId: string): Promise<FlagRecord | undefined> {
    return Promise.resolve(this.#partition(correlationId).flags.find(flagId)?.record);
  }

  commit(correlationId: string, change: CorrelationChange): Promise<CommitResult> {
    const partition = this.#partition(correlationId);
    const conflict = conflictOf(partition, correlationId, change);
    if (conflict !== undefined) return Promise.resolve(conflict);
    const sessionVersion = apply(partition, correlationId, change);
    return Promise.resolve({ kind: 'committed', ...(sessionVersion !== undefined && { sessionVersion }) });
  }

  postponeSession({ correlationId, sessionId }: SessionRecord, dueAt: Date): Promise<void> {
    const { sessions } = this.#partition(correlationId);
    const record = sessions.find(sessionId)?.record;
    if (record !== undefined && record.state !== 'closed' && record.state !== 'released') {
      sessions.put(sessionId, { ...record, dueAt, failures: (record.failures ?? 0) + 1 });
    }
    return Promise.resolve();
  }

  dueCorrelations(now: Date): Promise<string[]> {
    const due = this.#due(({ correlation }) => correlation, now);
    return Promise.resolve(due.map(({ correlationId }) => correlationId));
  }

  dueSessions(now: Date): Promise<SessionRecord[]> {
    return Promise.resolve(this.#due(({ sessions }) => sessions, now));
  }

  dueEvents(now: Date): Promise<EventRecord[]> {
    return Promise.resolve(this.#due(({ events }) => events, now));
  }

  markPublished(correlationId: string, eventIds: readonly string[]): Promise<void> {
    const { events } = this.#partition(correlationId);
    for (const eventId of eventIds) {
      const record = events.find(eventId)?.record;
      if (record?.dueAt === undefined) continue;
      const { dueAt: _published, ...rest } = record;
      events.put(eventId, rest);
    }
    return Promise.resolve();
  }

  /** Everything that is stored about one correlation id, for tests to look at. */
  storedOf(correlationId: string): {
    sessions: SessionRecord[];
    ledger: LedgerRecord[];
    flags: FlagRecord[];
    events: EventRecord[];
  } {
    const { sessions, ledger, flags, events } = this.#partition(correlationId);
    return {
      sessions: sessions.records(),
      ledger: ledger.records(),
      flags: flags.records(),
      events: events.records(),
    };
  }

  #partition(correlationId: string): Partition {
    const known = this.#partitions.get(correlationId);
    if (known !== undefined) return known;
    const fresh: Partition = {
      correlation: new VersionedMap(),
      sessions: new VersionedMap(),
      ledger: new VersionedMap(),
      flags: new VersionedMap(),
      events: new VersionedMap(),
    };
    this.#partitions.set(correlationId, fresh);
    return fresh;
  }

  #due<T extends { dueAt?: Date }>(kept: (partition: Partition) => VersionedMap<T>, now: Date): T[] {
    return [...this.#partitions.values()]
      .flatMap((partition) => kept(partition).records())
      .filter(({ dueAt }) => dueAt !== undefined && dueAt <= now)
      .slice(0, PAGE_SIZE);
  }
}

/** Asked in the order of the real batch, so that of several conflicts the same one is told. */
const conflictOf = (
  { correlation, sessions, ledger, flags, events }: Partition,
  correlationId: string,
  change: CorrelationChange,
): CommitResult | undefined => {
  const correlationChanged = { kind: 'changed', what: 'correlation' } as const;
  const sessionChanged = { kind: 'changed', what: 'session' } as const;

  if (change.correlation !== undefined && correlation.find(correlationId)?.version !== change.correlation.version) {
    return correlationChanged;
  }
  if (change.newSession !== undefined && sessions.has(change.newSession.sessionId)) return sessionChanged;
  if (change.session !== undefined) {
    const { record, version } = change.session;
    if (sessions.find(record.sessionId)?.version !== version) return sessionChanged;
  }
  const keys = (change.ledger ?? []).map(({ key }) => key);
  if (new Set(keys).size < keys.length || keys.some((key) => ledger.has(key))) return { kind: 'already-recorded' };
  const marked = [...(change.revoke?.sessionIds ?? []), ...(change.closed ?? [])];
  const isThere = (sessionId: string) => sessions.has(sessionId) || change.newSession?.sessionId === sessionId;
  if (!marked.every(isThere)) return sessionChanged;
  if (change.flags?.some(({ flagId }) => flags.has(flagId))) return correlationChanged;
  if (change.events?.some(({ eventId }) => events.has(eventId))) return correlationChanged;
  return undefined;
};

/** The version of the session that is written, if one is. */
const apply = (
  { correlation, sessions, ledger, flags, events }: Partition,
  correlationId: string,
  change: CorrelationChange,
): string | undefined => {
  if (change.correlation !== undefined) correlation.put(correlationId, change.correlation.record);
  const written = [change.newSession, change.session?.record].flatMap((session) => session ?? []);
  const [sessionVersion] = written.map((session) => sessions.put(session.sessionId, session));
  for (const record of change.ledger ?? []) ledger.put(record.key, record);
  for (const sessionId of change.revoke?.sessionIds ?? []) {
    const record = sessions.find(sessionId)?.record;
    if (record !== undefined && change.revoke !== undefined) {
      sessions.put(sessionId, { ...record, revoked: true, dueAt: change.revoke.dueAt });
    }
  }
  for (const sessionId of change.closed ?? []) {
    const record = sessions.find(sessionId)?.record;
    if (record === undefined) continue;
    const { dueAt: _done, ...rest } = record;
    sessions.put(sessionId, { ...rest, state: 'closed' });
  }
  for (const flag of change.flags ?? []) flags.put(flag.flagId, flag);
  for (const event of change.events ?? []) events.put(event.eventId, event);
  return sessionVersion;
};

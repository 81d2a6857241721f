import { eventKey } from '../domain/events.ts';
import { emptyHistory, type History } from '../domain/history.ts';
import { concernsDevice, foldIntoDevice } from '../domain/judged-state.ts';
import { devicesToRead, recordResults } from './correlation.ts';
import type { CreateObservations } from './create-observations.ts';
import { Unavailable } from './errors.ts';
import { readDeviceHistories } from './read-device-histories.ts';
import type { RulesFor } from './rules.ts';
import { blockedSessions, revocation } from './reservation.ts';
import type { Clock, Correlations, Devices, Log, Randomness, ResultEvent, Sha256Hex } from './ports.ts';
import type { PublishEvents } from './publish-events.ts';
import type { CorrelationRecord, LedgerRecord } from './records.ts';

interface Ports {
  correlations: Correlations;
  devices: Devices;
  randomness: Randomness;
  clock: Clock;
  rulesFor: RulesFor;
  sha256Hex: Sha256Hex;
  log: Log;
  publishEvents: PublishEvents;
  createObservations: CreateObservations;
}

export type Recording =
  | { kind: 'applied' | 'already-applied'; event: ResultEvent }
  /** It cannot be right, now or later. */
  | {
      kind: 'refused';
      event: ResultEvent;
      because: 'unknown-correlation-id' | 'unknown-session' | 'other-customer' | 'contradicts-ledger';
    };

export type RecordLivenessResults = (correlationId: string, events: readonly ResultEvent[]) => Promise<Recording[]>;

/** A batch takes 100 operations: up to three for each event, and at a crossing one for each open session. */
export const MOST_EVENTS_AT_ONCE = 25;
const TRIES = 8;

/**
 * Counts what happened to one correlation id, each event exactly once: its ledger record and the change of the history
 * are one batch, so a record that is there means the history has it too.
 *
 * Device histories follow by set union, then observations, each created once. Both are repeated for events that were
 * counted before: a crash may have come between the writes.
 */
export const makeRecordLivenessResults = (ports: Ports): RecordLivenessResults => {
  const { correlations, devices, randomness, clock, rulesFor, sha256Hex, log, publishEvents, createObservations } =
    ports;

  return async (correlationId, events) => {
    const recordings: Recording[] = [];
    for (let start = 0; start < events.length; start += MOST_EVENTS_AT_ONCE) {
      recordings.push(...(await recordChunk(correlationId, events.slice(start, start + MOST_EVENTS_AT_ONCE))));
    }
    return recordings;
  };

  async function recordChunk(correlationId: string, events: readonly ResultEvent[]): Promise<Recording[]> {
    const refused: Recording[] = [];
    const ledger = new Map<string, LedgerRecord>();
    let possible: ResultEvent[] = [...events];

    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await correlations.find(correlationId);
      if (found === undefined) return events.map((event) => refusal(event, 'unknown-correlation-id'));
      const fresh = new Map<string, ResultEvent>();
      const candidates = possible;
      possible = [];
      /** They contradict what came with them: which of the two the ledger has shows when it is written. */
      const contradicting: Recording[] = [];
      for (const event of candidates) {
        const key = eventKey(event);
        // What is impossible goes first: a lie about an attempt must not stand in for the true message.
        const because = (await whyImpossible(found.record, event)) ?? contradictionOf(ledger.get(key), event);
        if (because !== undefined) {
          refused.push(refusal(event, because));
          continue;
        }
        possible.push(event);
        const first = fresh.get(key);
        if (first === undefined) fresh.set(key, event);
        else if (contradictionOf(ledgerRecord(first), event)) contradicting.push(refusal(event, 'contradicts-ledger'));
        else if (isForged(event)) fresh.set(key, event);
      }

      const toApply = [...fresh].filter(([key]) => !ledger.has(key)).map(([, event]) => event);
      if (toApply.length === 0) return finish(found.record, fresh, ledger, refused);

      const linkable = await readDeviceHistories(devices, devicesToRead(found.record, toApply));
      const { policy, circumstances } = await rulesFor(
        found.record.customerId,
        appVersionOf(toApply) ?? found.record.app?.version,
      );
      const now = clock.now();
      const recorded = recordResults(found.record, toApply, linkable, {
        policy,
        circumstances,
        sha256Hex,
        now,
        newId: () => randomness.uuid(),
      });
      const committed = await correlations.commit(correlationId, {
        correlation: { record: recorded.record, version: found.version },
        ledger: toApply.map(ledgerRecord),
        events: recorded.events,
        closed: toApply.filter((event) => event.type !== 'attempt').map(({ sessionId }) => sessionId),
        ...(recorded.found.length > 0 && {
          revoke: revocation(blockedSessions(recorded.record, policy, now, circumstances), now),
        }),
      });
      switch (committed.kind) {
        case 'committed': {
          for (const { verdict } of recorded.found) {
            const { pattern, kind, scope } = verdict;
            log.info('verdict-latched', { pattern, kind, scope, by: 'result' });
          }
          // Neither waits for the other, and what is not published now is left to the sweep.
          const [recordings] = await Promise.all([
            finish(recorded.record, fresh, ledger, [...refused, ...contradicting]),
            publishEvents(recorded.events),
          ]);
          return recordings;
        }
        case 'changed':
          continue;
        case 'already-recorded': {
          const known = await correlations.findLedger(
            correlationId,
            toApply.map((event) => eventKey(event)),
          );
          for (const record of known) ledger.set(record.key, record);
        }
      }
    }
    throw new Unavailable('results not recorded: too many writers for one correlation id');
  }

  /** What follows from counted events, and may be done again: device histories, then observations. */
  async function finish(
    { history }: CorrelationRecord,
    fresh: ReadonlyMap<string, ResultEvent>,
    ledger: ReadonlyMap<string, LedgerRecord>,
    refused: readonly Recording[],
  ): Promise<Recording[]> {
    // A copy may tell another moment, and of whether the client has forged the attempt something else.
    const counted = [...fresh].map(([key, event]) => eventOf(ledger.get(key)) ?? event);
    await createObservations(counted, history, await mergeIntoDevices(counted));
    return [
      ...[...fresh].map(([key, event]): Recording => ({
        kind: ledger.has(key) ? 'already-applied' : 'applied',
        event,
      })),
      ...refused,
    ];
  }

  async function whyImpossible(
    record: CorrelationRecord,
    event: ResultEvent,
  ): Promise<(Recording & { kind: 'refused' })['because'] | undefined> {
    if (event.customerId !== record.customerId) return 'other-customer';
    if (record.outstanding.some(({ sessionId }) => sessionId === event.sessionId)) return undefined;
    const session = await correlations.findSession(record.correlationId, event.sessionId);
    return session === undefined ? 'unknown-session' : undefined;
  }

  async function mergeIntoDevices(events: readonly ResultEvent[]): Promise<Map<string, History>> {
    const byDevice = Map.groupBy(
      events.filter((event) => event.deviceKey !== undefined && concernsDevice(event)),
      (event) => event.deviceKey as string,
    );
    const histories = new Map<string, History>();
    for (const [deviceKey, seen] of byDevice) histories.set(deviceKey, await mergeIntoDevice(deviceKey, seen));
    return histories;
  }

  async function mergeIntoDevice(deviceKey: string, events: readonly ResultEvent[]): Promise<History> {
    const customerId = events[0]?.customerId ?? '';
    const { policy } = await rulesFor(customerId);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await devices.find(deviceKey);
      const before = found?.record ?? { deviceKey, customerId, history: emptyHistory };
      const history = events.reduce((folded, event) => foldIntoDevice(folded, event, policy), before.history);
      if (await devices.save({ ...before, history }, found?.version)) return history;
    }
    throw new Unavailable('device history not merged: too many writers');
  }
};

const refusal = (
  event: ResultEvent,
  because: (Recording & { kind: 'refused' })['because'],
): Recording & { kind: 'refused' } => ({ kind: 'refused', event, because });

const ledgerRecord = (event: ResultEvent): LedgerRecord => ({
  key: eventKey(event),
  correlationId: event.correlationId,
  sessionId: event.sessionId,
  customerId: event.customerId,
  type: event.type,
  atMs: event.atMs,
  ...(event.deviceKey !== undefined && { deviceKey: event.deviceKey }),
  ...(event.appVersion !== undefined && { appVersion: event.appVersion }),
  ...(event.type === 'attempt' && {
    attemptId: event.attemptId,
    outcome: event.outcome,
    ...(event.reason !== undefined && { reason: event.reason }),
    ...(event.errorCode !== undefined && { errorCode: event.errorCode }),
  }),
  ...(event.type === 'session.closed' && { attempts: event.attempts }),
});

const eventOf = (record: LedgerRecord | undefined): ResultEvent | undefined => {
  if (record === undefined) return undefined;
  const { key: _key, ...event } = record;
  return event as ResultEvent;
};

/** Of the newest attempt that says it. */
const appVersionOf = (events: readonly ResultEvent[]): string | undefined =>
  events
    .filter(({ appVersion }) => appVersion !== undefined)
    .toSorted((a, b) => a.atMs - b.atMs)
    .at(-1)?.appVersion;

/** The moment may differ: whoever read the result first decides it. */
const contradictionOf = (known: LedgerRecord | undefined, event: ResultEvent): 'contradicts-ledger' | undefined => {
  if (known === undefined) return undefined;
  const other = ledgerRecord(event);
  const isSame =
    known.type === other.type &&
    known.correlationId === other.correlationId &&
    (known.outcome === other.outcome || isForgedBesideItsCopy(known, other)) &&
    known.errorCode === other.errorCode;
  return isSame ? undefined : 'contradicts-ledger';
};

/**
 * The client's digest made a spoof of one of them. Whoever reads the session without the client, after a crash or because its
 * time is over, has Face's word alone: both tell of one attempt, and what the ledger has stays. Of what Face could not judge
 * there is no digest.
 */
const isForgedBesideItsCopy = (known: LedgerRecord, other: LedgerRecord): boolean =>
  (isForged(known) && other.outcome !== 'technical') || (isForged(other) && known.outcome !== 'technical');

const isForged = (told: LedgerRecord | ResultEvent): boolean =>
  told.type === 'attempt' && told.outcome === 'spoof' && told.reason === 'integrity';

// How the record of one correlation id changes. Pure: the use cases read, call one of these, and commit the answer.

import type { SessionClosed } from '../domain/events.ts';
import type { GateState } from '../domain/gate.ts';
import { emptyHistory, fold } from '../domain/history.ts';
import { recordInOutstanding, type OutstandingSession } from '../domain/outstanding.ts';
import type { Policy } from '../domain/policy.ts';
import { judge, nextJudgementAt, type Verdict } from '../domain/verdict.ts';
import type { ResultEvent } from './ports.ts';
import type { CorrelationRecord, EventRecord, Lineage, SessionRecord } from './records.ts';

const UNKNOWN_DEVICE = '';

/** The sweep publishes what was not published at once after this time. */
export const PUBLISH_GRACE_SECONDS = 30;

export const newCorrelation = (
  ids: Pick<CorrelationRecord, 'correlationId' | 'customerId' | 'endUserKey'>,
  lineage?: Lineage,
): CorrelationRecord => ({
  ...ids,
  status: 'active',
  history: emptyHistory,
  outstanding: [],
  sequence: 0,
  ...(lineage && { lineage }),
});

export const gateStateOf = (record: CorrelationRecord): GateState => ({
  history: record.history,
  outstanding: record.outstanding,
  carriedJudgedMs: record.lineage?.judgedFailuresMs ?? [],
  ...(record.verdict && { verdict: record.verdict }),
});

/** Takes the attempts of a new token out of the budget, before the token exists. */
export const reserve = (record: CorrelationRecord, session: SessionRecord, policy: Policy): CorrelationRecord => {
  const atMs = session.reservedAt.getTime();
  const device = session.deviceKey === undefined ? {} : { deviceKey: session.deviceKey };
  const issued = {
    type: 'session.issued' as const,
    atMs,
    customerId: record.customerId,
    correlationId: record.correlationId,
    sessionId: session.sessionId,
    attemptsAllowed: session.attemptsAllowed,
    tokenTtlSeconds: Math.round((session.expiresAt.getTime() - atMs) / 1000),
    ...device,
  };
  const reservation: OutstandingSession = {
    sessionId: session.sessionId,
    reservedAtMs: atMs,
    expiresAtMs: session.expiresAt.getTime(),
    attemptsAllowed: session.attemptsAllowed,
    recorded: [],
    ...device,
  };
  return {
    ...record,
    history: foldIn(record, issued, policy),
    outstanding: [...record.outstanding, reservation],
  };
};

/** Gives a reservation back. Only for tokens that reached nobody. */
export const release = (record: CorrelationRecord, sessionId: string, now: Date, policy: Policy): CorrelationRecord => {
  const closed: SessionClosed = {
    type: 'session.closed',
    atMs: now.getTime(),
    customerId: record.customerId,
    correlationId: record.correlationId,
    sessionId,
    attempts: 0,
  };
  return {
    ...record,
    history: foldIn(record, closed, policy),
    outstanding: record.outstanding.filter((session) => session.sessionId !== sessionId),
  };
};

/** Its result is read and its deletion is under way: it still counts for the budget but is no longer alive. */
export const markClosing = (record: CorrelationRecord, sessionId: string): CorrelationRecord => ({
  ...record,
  outstanding: record.outstanding.map((session) =>
    session.sessionId === sessionId ? { ...session, closing: true } : session,
  ),
});

/** From now on the gate refuses. `detectAbusePatterns` makes a flag of it. */
export const latch = (record: CorrelationRecord, verdict: Verdict, now: Date): CorrelationRecord => {
  const { flag: _replaced, ...rest } = record;
  return { ...rest, verdict, dueAt: now };
};

export interface Recorded {
  record: CorrelationRecord;
  events: EventRecord[];
  /** The verdict that these results brought about, if they crossed a limit. */
  latched?: Verdict;
}

/** Counts new results, judges, and latches a crossing: one step, so that blocking never waits for a timer. */
export const recordResults = (
  before: CorrelationRecord,
  results: readonly ResultEvent[],
  policy: Policy,
  now: Date,
  newId: () => string,
): Recorded => {
  let record = before;
  const events: EventRecord[] = [];
  for (const result of results) {
    const { outstanding, settled } = recordInOutstanding(record.outstanding, result);
    record = { ...record, history: foldIn(record, result, policy), outstanding };
    if (settled !== undefined) {
      const completed = nextEvent(record, 'session.completed', completion(settled), now, newId());
      record = { ...record, sequence: completed.sequence };
      events.push(completed);
    }
  }

  const latched = judge(judgedState(record), policy, 'result', now);
  if (latched !== undefined) return { record: latch(record, latched, now), events, latched };
  return { record: withDueAt(record, policy, now), events };
};

const completion = ({ sessionId, recorded, passed }: OutstandingSession): Record<string, unknown> => ({
  sessionId,
  result: passed ? 'passed' : recorded.length > 0 ? 'not-passed' : 'no-attempt',
  attempts: recorded.length,
});

/** The next event of this correlation id; the caller stores it in the same batch as the raised `sequence`. */
export const nextEvent = (
  record: CorrelationRecord,
  type: EventRecord['type'],
  data: Record<string, unknown>,
  now: Date,
  eventId: string,
): EventRecord => ({
  eventId,
  type,
  correlationId: record.correlationId,
  customerId: record.customerId,
  sequence: record.sequence + 1,
  at: now,
  data,
  dueAt: new Date(now.getTime() + PUBLISH_GRACE_SECONDS * 1000),
});

/** When the timer has to look at this id by itself. */
export const withDueAt = (record: CorrelationRecord, policy: Policy, now: Date): CorrelationRecord => {
  const { dueAt: _previous, ...rest } = record;
  const { verdict, flag } = record;
  const moments: Date[] = [];
  if (verdict !== undefined && flag === undefined) moments.push(now);
  if (verdict?.untilMs !== undefined && flag?.pauseEnded !== true) moments.push(new Date(verdict.untilMs));
  const nextJudgement = nextJudgementAt(judgedState(record), policy, now);
  if (nextJudgement !== undefined) moments.push(nextJudgement);
  const earliest = moments.sort((a, b) => a.getTime() - b.getTime())[0];
  return earliest === undefined ? rest : { ...rest, dueAt: earliest };
};

export const judgedState = (record: CorrelationRecord) => ({
  history: record.history,
  ...(record.verdict && { verdict: record.verdict }),
});

const foldIn = (
  record: CorrelationRecord,
  event: ResultEvent | Parameters<typeof fold>[1],
  policy: Policy,
): CorrelationRecord['history'] =>
  fold(record.history, event, { tag: event.deviceKey ?? UNKNOWN_DEVICE, keep: policy.keep });

// How the record of one correlation id changes. Pure: the use cases read, call one of these, and commit the answer.

import { latestFailure } from '../domain/channel.ts';
import type { AttemptJudged, SessionClosed } from '../domain/events.ts';
import type { GateState } from '../domain/gate.ts';
import { emptyHistory, type History } from '../domain/history.ts';
import { deviceToLink, foldEvent, type JudgedState, linkedDeviceOf } from '../domain/judged-state.ts';
import { recordInOutstanding, type OutstandingSession } from '../domain/outstanding.ts';
import type { Policy } from '../domain/policy.ts';
import { freezeEvidence } from '../domain/receipt.ts';
import { type Circumstances, type Finding, judge, nextJudgementMs } from '../domain/judge.ts';
import type { ResultEvent, Sha256Hex } from './ports.ts';
import type { CorrelationRecord, EventRecord, LatchedVerdict, Lineage, SessionRecord } from './records.ts';

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
  verdicts: [],
  sequence: 0,
  ...(lineage && { lineage }),
});

export const judgedStateOf = ({
  correlationId,
  history,
  verdicts,
  linkedDevice,
  lineage,
}: CorrelationRecord): JudgedState => ({
  correlationId,
  history,
  verdicts,
  ...(linkedDevice && { linkedDevice }),
  ...(lineage && { lineage: lineage.history }),
});

export const gateStateOf = (record: CorrelationRecord): GateState => ({
  ...judgedStateOf(record),
  outstanding: record.outstanding,
  carriedFailures: record.lineage?.failures ?? [],
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
    history: foldEvent(record.history, issued, policy),
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
    history: foldEvent(record.history, closed, policy),
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

/** From now on the gate refuses whom a verdict concerns. `detectAbusePatterns` makes a flag of each. */
export const latch = (
  record: CorrelationRecord,
  findings: readonly Finding[],
  policy: Policy,
  now: Date,
  sha256Hex: Sha256Hex,
  device?: History,
): CorrelationRecord => {
  if (findings.length === 0) return record;
  const state = judgedStateOf(record);
  const latched = findings.map((finding): LatchedVerdict => ({
    ...finding.verdict,
    pending: { evidence: freezeEvidence(finding, state, policy, device, sha256Hex), policy },
  }));
  const startsPause = latched.some(({ kind }) => kind === 'paused');
  const kept = record.verdicts.filter(
    ({ kind, pending }) => !(startsPause && kind === 'paused') || pending !== undefined,
  );
  return { ...record, verdicts: [...kept, ...latched], dueAt: now };
};

export interface Recorded {
  record: CorrelationRecord;
  events: EventRecord[];
  /** The verdicts that these results brought about. */
  found: Finding[];
}

/** The devices whose histories may count for these results: none until there is a spoof of the id's own. */
export const devicesToRead = (record: CorrelationRecord, results: readonly ResultEvent[]): string[] => {
  const failed = results.filter((result) => result.type === 'attempt' && result.outcome !== 'real');
  const spoofSeen =
    record.history.spoof.length > 0 ||
    results.some((result) => result.type === 'attempt' && result.outcome === 'spoof');
  if (!spoofSeen) return [];
  const tags = [latestFailure(record.history)?.tag, ...failed.map(({ deviceKey }) => deviceKey)];
  return [...new Set(tags)].filter((tag) => tag !== undefined && tag !== '') as string[];
};

/**
 * Counts new results one after the other, judges after each, and latches what crosses: one step, so that blocking never
 * waits for a timer.
 */
export const recordResults = (
  before: CorrelationRecord,
  results: readonly ResultEvent[],
  devices: ReadonlyMap<string, History>,
  judgement: { policy: Policy; circumstances: Circumstances; sha256Hex: Sha256Hex; now: Date; newId: () => string },
): Recorded => {
  const { policy, circumstances, sha256Hex, now, newId } = judgement;
  let record = before;
  const events: EventRecord[] = [];
  const found: Finding[] = [];
  for (const result of results.toSorted((a, b) => a.atMs - b.atMs)) {
    const { outstanding, settled } = recordInOutstanding(record.outstanding, result);
    record = { ...record, history: foldEvent(record.history, result, policy), outstanding };
    if (settled !== undefined) {
      const completed = nextEvent(record, 'session.completed', completion(settled), now, newId());
      record = { ...record, sequence: completed.sequence };
      events.push(completed);
    }
    if (result.type !== 'attempt') continue;

    const deviceKey = deviceToLink(record.history, policy);
    const device = deviceKey === undefined ? undefined : devices.get(deviceKey);
    record = withApp(withLinkedDevice(record, device, policy), result);
    const occasion = result.outcome === 'real' ? 'result' : 'failure';
    // As of the latest attempt, like the score: whatever comes late changes what was known then.
    const asOfMs = record.history.lastAttemptAtMs ?? result.atMs;
    const findings = judge(judgedStateOf(record), policy, occasion, asOfMs, circumstances);
    record = latch(record, findings, policy, now, sha256Hex, device);
    found.push(...findings);
  }
  return { record: withDueAt(record, policy, now, circumstances), events, found };
};

const withLinkedDevice = (
  record: CorrelationRecord,
  device: History | undefined,
  policy: Policy,
): CorrelationRecord => {
  const { linkedDevice: _previous, ...rest } = record;
  const linkedDevice = linkedDeviceOf(record, device, policy);
  return { ...rest, ...(linkedDevice && { linkedDevice }) };
};

const withApp = (record: CorrelationRecord, { appVersion, atMs }: AttemptJudged): CorrelationRecord =>
  appVersion === undefined || (record.app !== undefined && record.app.atMs > atMs)
    ? record
    : { ...record, app: { version: appVersion, atMs } };

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
export const withDueAt = (
  record: CorrelationRecord,
  policy: Policy,
  now: Date,
  circumstances: Circumstances,
): CorrelationRecord => {
  const { dueAt: _previous, ...rest } = record;
  const moments = record.verdicts.flatMap(({ pending, untilMs, pauseEnded }) => {
    if (pending !== undefined) return [now.getTime()];
    return untilMs === undefined || pauseEnded === true ? [] : [untilMs];
  });
  const nextMs = nextJudgementMs(judgedStateOf(record), policy, now.getTime(), circumstances);
  if (nextMs !== undefined) moments.push(nextMs);
  return moments.length === 0 ? rest : { ...rest, dueAt: new Date(Math.min(...moments)) };
};

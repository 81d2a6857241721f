import type { AttemptJudged, LivenessEvent, Outcome, SessionIssued } from '../../../../shared/domain/events.ts';
import { emptyHistory, fold, type History } from '../../../../shared/domain/history.ts';
import { foldIntoDevice, type JudgedState, newState } from '../../../../shared/domain/judged-state.ts';
import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import type { Verdict } from '../../../../shared/domain/verdict.ts';

export const correlationId = '0b6a1c9e-5d43-4f0e-9a53-3c1f2d7e8a90';
export const dayMs = 86_400_000;
export const hourMs = 3_600_000;
export const minuteMs = 60_000;

/** Midnight of day 0 of the tests. */
export const day0Ms = Date.UTC(2026, 2, 1);
export const noonOf = (day: number): number => day0Ms + day * dayMs + 12 * hourMs;

const base = { customerId: 'contoso', correlationId };

/** Other correlation ids of the same customer. */
export const otherId = (number: number): string => `5f0c6d7e-1111-4a2b-8c3d-${String(number).padStart(12, '0')}`;

let attempts = 0;

/** An attempt in a session of its own, unless told otherwise. */
export const anAttempt = (what: Partial<Omit<AttemptJudged, 'type'>> = {}): AttemptJudged => ({
  ...base,
  type: 'attempt',
  atMs: noonOf(0),
  sessionId: `${correlationId}.session${String((attempts += 1)).padStart(4, '0')}`,
  attemptId: 1,
  outcome: 'spoof',
  ...what,
});

/** Attempts of one day, 30 s apart from noon on, each in a session of its own. */
export const attemptsOn = (day: number, outcomes: readonly Outcome[], deviceKey?: string): AttemptJudged[] =>
  outcomes.map((outcome, index) =>
    anAttempt({
      atMs: noonOf(day) + index * 30_000,
      outcome,
      ...(deviceKey === undefined ? {} : { deviceKey }),
    }),
  );

/** Attempts of one session, 30 s apart. */
export const sessionOn = (day: number, outcomes: readonly Outcome[]): AttemptJudged[] => {
  const { sessionId } = anAttempt();
  return attemptsOn(day, outcomes).map((attempt, index) => ({ ...attempt, sessionId, attemptId: index + 1 }));
};

export const anAbandonedToken = (atMs: number): LivenessEvent => ({
  ...base,
  type: 'session.abandoned',
  atMs,
  sessionId: anAttempt().sessionId,
});

export const anIssuedToken = (atMs: number, deviceKey?: string): SessionIssued => ({
  ...base,
  type: 'session.issued',
  atMs,
  sessionId: anAttempt().sessionId,
  attemptsAllowed: 3,
  tokenTtlSeconds: 600,
  ...(deviceKey === undefined ? {} : { deviceKey }),
});

/** The history of a correlation id. */
export const historyOf = (events: readonly LivenessEvent[], history: History = emptyHistory): History =>
  events.reduce(
    (folded, event) => fold(folded, event, { tag: event.deviceKey ?? '', keep: defaultPolicy.keep }),
    history,
  );

/** The history of a device. */
export const deviceHistoryOf = (events: readonly LivenessEvent[]): History =>
  events.reduce((folded, event) => foldIntoDevice(folded, event, defaultPolicy), emptyHistory);

/** What is judged of a correlation id to which this happened. */
export const aState = (events: readonly LivenessEvent[] = [], what: Partial<JudgedState> = {}): JudgedState => ({
  ...newState(correlationId),
  history: historyOf(events),
  ...what,
});

export const aVerdict = (what: Partial<Verdict> = {}): Verdict => ({
  kind: 'flagged',
  scope: 'correlation',
  pattern: 'repeated-failures',
  sinceMs: noonOf(0),
  statistic: 6,
  limit: 5.298317,
  source: 'result',
  ...what,
});

export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

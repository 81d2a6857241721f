// Sessions that are not settled: attempts may still come from them, so they hold a part of the budget. Time alone never
// takes a session off this list.

import type { AttemptJudged, SessionAbandoned, SessionClosed } from './events.ts';

export interface OutstandingSession {
  sessionId: string;
  reservedAtMs: number;
  expiresAtMs: number;
  attemptsAllowed: number;
  /** Ids of the attempts recorded so far. */
  recorded: number[];
  /** Attempts that the read after its end found; the last of them may not be recorded yet. */
  closedWith?: number;
  /** Result read, deletion under way: holds its budget still, but is no longer alive. */
  closing?: true;
  deviceKey?: string;
}

/**
 * A session is settled, and leaves the list, when a pass is recorded, or every attempt that it permits or that its
 * closing found. Attempts may be recorded before or after the closing.
 */
export const recordInOutstanding = (
  list: readonly OutstandingSession[],
  event: AttemptJudged | SessionAbandoned | SessionClosed,
): { outstanding: OutstandingSession[]; settled: OutstandingSession | undefined } => {
  const before = list.find(({ sessionId }) => sessionId === event.sessionId);
  if (before === undefined) return { outstanding: [...list], settled: undefined };
  const after = recorded(before, event);
  const passed = event.type === 'attempt' && event.outcome === 'real';
  return passed || attemptsToCome(after) === 0
    ? { outstanding: list.filter((session) => session !== before), settled: after }
    : { outstanding: list.map((session) => (session === before ? after : session)), settled: undefined };
};

/** Attempts that can still be recorded for the session. */
export const attemptsToCome = ({ attemptsAllowed, closedWith, recorded }: OutstandingSession): number =>
  Math.max(0, (closedWith ?? attemptsAllowed) - recorded.length);

/** Its token can still be used: not at its end, not being closed. */
export const isAlive = ({ closedWith, closing, expiresAtMs }: OutstandingSession, nowMs: number): boolean =>
  closedWith === undefined && closing === undefined && expiresAtMs > nowMs;

const recorded = (
  session: OutstandingSession,
  event: AttemptJudged | SessionAbandoned | SessionClosed,
): OutstandingSession => {
  switch (event.type) {
    case 'attempt':
      return session.recorded.includes(event.attemptId)
        ? session
        : { ...session, recorded: [...session.recorded, event.attemptId].toSorted((a, b) => a - b) };
    case 'session.abandoned':
      return { ...session, closedWith: session.closedWith ?? 0 };
    case 'session.closed':
      return { ...session, closedWith: Math.max(event.attempts, session.closedWith ?? 0) };
  }
};

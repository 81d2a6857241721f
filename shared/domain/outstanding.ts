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
  /** Attempts that it ended with: by a pass, or as the read after its end found. Some may not be recorded yet. */
  closedWith?: number;
  passed?: true;
  /** Result read, deletion under way: holds its budget still, but is no longer alive. */
  closing?: true;
  deviceKey?: string;
}

/**
 * A session is settled, and leaves the list, when every attempt that it permits, that came up to its pass, or that its
 * closing found is recorded. They may be recorded in any order, also after the pass or the closing.
 */
export const recordInOutstanding = (
  list: readonly OutstandingSession[],
  event: AttemptJudged | SessionAbandoned | SessionClosed,
): { outstanding: OutstandingSession[]; settled: OutstandingSession | undefined } => {
  const before = list.find(({ sessionId }) => sessionId === event.sessionId);
  if (before === undefined) return { outstanding: [...list], settled: undefined };
  const after = recorded(before, event);
  return attemptsToCome(after) === 0
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
    case 'attempt': {
      if (session.recorded.includes(event.attemptId)) return session;
      const recorded = [...session.recorded, event.attemptId].toSorted((a, b) => a - b);
      // Attempts are numbered from 1 and none follows a pass; the read after the end knows better.
      return event.outcome === 'real'
        ? { ...session, recorded, passed: true, closedWith: session.closedWith ?? event.attemptId }
        : { ...session, recorded };
    }
    case 'session.abandoned':
      return { ...session, closedWith: 0 };
    case 'session.closed':
      return { ...session, closedWith: event.attempts };
  }
};

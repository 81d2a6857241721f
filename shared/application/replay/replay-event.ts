import type { AttemptJudged, SessionAbandoned, SessionIssued } from '../../domain/events.ts';

/** An event as a replay takes it: the domain's, with what only face matches need. */
export type ReplayEvent = SessionIssued | ReplayedAttempt | SessionAbandoned;

export interface ReplayedAttempt extends AttemptJudged {
  /** Sessions in which the Face service saw the same face. */
  otherFlaggedSessions?: readonly FlaggedSession[];
}

export interface FlaggedSession {
  sessionId: string;
  attemptId: number;
}

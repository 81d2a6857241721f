// The truth about every session that was ever made, for tests that compare what the product believes with it.

import type { CallCounts } from './answer-call.ts';
import type { LivenessService } from './liveness-service.ts';
import type { Medium } from './presentation.ts';
import type { SessionKind, StoredSession } from './session-store.ts';
import { type SessionStatus, statusOf } from './session-view.ts';

export interface Inspection {
  sessions: { created: number; deleted: number; forgotten: number; open: number };
  attempts: number;
  /** Calls since the start with a valid key, and all calls of the client side; refused ones included. */
  calls: CallCounts;
  list: InspectedSession[];
}

export interface InspectedSession {
  sessionId: string;
  kind: SessionKind;
  deviceCorrelationId: string;
  status: SessionStatus;
  createdAt: Date;
  tokenExpiresAt: Date;
  deleted: boolean;
  /** Older than 48 hours: the service does not know it any more. */
  forgotten: boolean;
  attempts: InspectedAttempt[];
}

export interface InspectedAttempt {
  attemptId: number;
  person: string;
  media: Medium;
  livenessDecision?: 'realface' | 'spoofface' | 'uncertain';
  isIdentical?: boolean;
  errorCode?: string;
}

export const inspectSessions = (
  sessions: readonly StoredSession[],
  calls: CallCounts,
  service: LivenessService,
  now: Date,
): Inspection => {
  const list = sessions.map((session) => inspect(session, service.isForgotten(session), now));
  const count = (fits: (session: InspectedSession) => boolean): number => list.filter(fits).length;
  return {
    sessions: {
      created: list.length,
      deleted: count(({ deleted }) => deleted),
      forgotten: count(({ deleted, forgotten }) => forgotten && !deleted),
      open: count(({ deleted, forgotten }) => !forgotten && !deleted),
    },
    attempts: list.reduce((sum, { attempts }) => sum + attempts.length, 0),
    calls: { ...calls },
    list,
  };
};

const inspect = (session: StoredSession, forgotten: boolean, now: Date): InspectedSession => ({
  sessionId: session.sessionId,
  kind: session.kind,
  deviceCorrelationId: session.deviceCorrelationId,
  status: statusOf(session, now),
  createdAt: session.createdAt,
  tokenExpiresAt: session.tokenExpiresAt,
  deleted: session.deletedAt !== undefined,
  forgotten,
  attempts: session.attempts.map(({ person, media, shown }) => ({
    attemptId: shown.attemptId,
    person,
    media,
    ...(shown.result !== undefined && { livenessDecision: shown.result.livenessDecision }),
    ...(shown.result?.verifyResult !== undefined && { isIdentical: shown.result.verifyResult.isIdentical }),
    ...(shown.error !== undefined && { errorCode: shown.error.code }),
  })),
});

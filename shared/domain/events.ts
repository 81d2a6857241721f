// What happens to sessions, as the domain counts it. Instants are epoch milliseconds: a replay folds millions of them.

export type Outcome = 'real' | 'spoof' | 'uncertain' | 'technical';

/** `mismatch`: a live face that is not the person of the verify image. `integrity`: the client's digest differs. */
export type OutcomeReason = 'mismatch' | 'integrity';

interface EventBase {
  atMs: number;
  customerId: string;
  correlationId: string;
  sessionId: string;
  /** Keyed hash of the device; absent means unknown. */
  deviceKey?: string;
  /** Of the client app; absent means unknown. */
  appVersion?: string;
}

export interface SessionIssued extends EventBase {
  type: 'session.issued';
  attemptsAllowed: number;
  tokenTtlSeconds: number;
}

export interface AttemptJudged extends EventBase {
  type: 'attempt';
  /** 1 for the first attempt of the session. */
  attemptId: number;
  outcome: Outcome;
  reason?: OutcomeReason;
  errorCode?: string;
}

/** The token reached a caller and ended without an attempt. */
export interface SessionAbandoned extends EventBase {
  type: 'session.abandoned';
}

/** The result was read after expiry or deletion: no further attempt can come than these `attempts`. */
export interface SessionClosed extends EventBase {
  type: 'session.closed';
  attempts: number;
}

export type LivenessEvent = SessionIssued | AttemptJudged | SessionAbandoned | SessionClosed;

/** Two events with one key are the same event. */
export const eventKey = (event: LivenessEvent): string => {
  switch (event.type) {
    case 'session.issued':
      return `${event.sessionId}/issued`;
    case 'attempt':
      return `${event.sessionId}/${event.attemptId}`;
    case 'session.abandoned':
      return `${event.sessionId}/abandoned`;
    case 'session.closed':
      return `${event.sessionId}/closed`;
  }
};

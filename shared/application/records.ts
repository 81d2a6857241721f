// What is kept, as the use cases see it. Adapters turn it into documents and back.

import type { Outcome, OutcomeReason } from '../domain/events.ts';
import type { History } from '../domain/history.ts';
import type { OutstandingSession } from '../domain/outstanding.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Verdict } from '../domain/verdict.ts';

/** A record with the version (ETag) it was read at; writing it back is refused when another write came between. */
export interface Versioned<T> {
  record: T;
  version: string;
}

/** Everything that is judged about one correlation id. One document, written only under its version. */
export interface CorrelationRecord {
  correlationId: string;
  customerId: string;
  endUserKey: string;
  status: 'active' | 'retired';
  history: History;
  outstanding: OutstandingSession[];
  verdict?: Verdict;
  /** What was made of `verdict`: absent until `detectAbusePatterns` has stored its flag and event. */
  flag?: { flagId: string; pauseEnded?: true };
  /** The predecessor after a reset without override: its counts are judged like a link, its judged failures fill the budget. */
  lineage?: Lineage;
  /** Number of the newest event; they are gap-free. */
  sequence: number;
  lastReceiptHash?: string;
  /** When `detectAbusePatterns` has to look. */
  dueAt?: Date;
}

export interface Lineage {
  correlationId: string;
  history: History;
  judgedFailuresMs: number[];
}

export type SessionKind = 'liveness' | 'liveness-with-verify';

export interface SessionRecord {
  sessionId: string;
  correlationId: string;
  customerId: string;
  clientKey: string;
  kind: SessionKind;
  /**
   * reserved → issued → closing → closed. A reservation that got no token is `released`.
   * `closing`: the result is read and stored here, deletion at Face is under way.
   */
  state: 'reserved' | 'issued' | 'closing' | 'closed' | 'released';
  /** A verdict was latched, or the id retired, while this session was open. An issue under way loses its race by it. */
  revoked?: true;
  deviceKey?: string;
  attemptsAllowed: number;
  reservedAt: Date;
  expiresAt: Date;
  faceSessionId?: string;
  result?: SessionResult;
  /** When `collectUnreportedResults` has to look; absent when nothing is left to do. */
  dueAt?: Date;
  /** How often the collecting failed; it is tried again ever later, so that it starves nobody. */
  failures?: number;
}

export type ClosingCause = 'completed' | 'expired' | 'deleted' | 'replaced' | 'revoked';

/** What Face said, kept so that a repeated question gets the same answer after the Face session is gone. */
export interface SessionResult {
  cause: ClosingCause;
  readAt: Date;
  attempts: AttemptResult[];
  verify?: { isIdentical: boolean; matchConfidence: number };
  /** Face no longer knew the session: what it had is lost. */
  lost?: true;
  clientError?: string;
}

export interface AttemptResult {
  attemptId: number;
  outcome: Outcome;
  reason?: OutcomeReason;
  errorCode?: string;
  digest?: string;
}

/** The ledger: one record for each event that was counted. It is what makes counting exact. */
export interface LedgerRecord {
  key: string;
  correlationId: string;
  sessionId: string;
  customerId: string;
  type: 'attempt' | 'session.abandoned' | 'session.closed';
  atMs: number;
  attemptId?: number;
  attempts?: number;
  outcome?: Outcome;
  reason?: OutcomeReason;
  errorCode?: string;
  deviceKey?: string;
}

export interface FlagRecord {
  flagId: string;
  correlationId: string;
  customerId: string;
  verdict: Verdict;
  reasons: string[];
  at: Date;
  receipt: Receipt;
}

export type EventType = 'session.completed' | 'flag.raised' | 'pause.started' | 'pause.ended' | 'correlation.reset';

/** An event in the outbox of its correlation id. `sequence` is gap-free for the id. */
export interface EventRecord {
  eventId: string;
  type: EventType;
  correlationId: string;
  customerId: string;
  sequence: number;
  at: Date;
  data: Record<string, unknown>;
  /** When the sweep has to publish it; absent once published. */
  dueAt?: Date;
}

export interface EndUserRecord {
  endUserKey: string;
  customerId: string;
  correlationId: string;
  generation: number;
  /** Earlier correlation ids, newest first. They never come back. */
  lineage: { correlationId: string; retiredAt: Date }[];
}

export interface DeviceRecord {
  deviceKey: string;
  customerId: string;
  history: History;
}

export interface CustomerRecord {
  customerId: string;
  name: string;
  eligibility: 'eligible' | 'suspended' | 'terminated';
  /** Sessions a UTC day. */
  dailySessionQuota: number;
  /** What a refused person can do instead, in the customer's own words. */
  alternativePath: string;
}

/** A decision over several partitions: written first, its effects are conditional and repeatable, a sweep finishes them. */
export interface ResetDecision {
  decisionId: string;
  customerId: string;
  kind: 'reset';
  correlationId: string;
  newCorrelationId: string;
  endUserKey: string;
  decidedBy: string;
  reason: string;
  at: Date;
  doneAt?: Date;
  dueAt?: Date;
}

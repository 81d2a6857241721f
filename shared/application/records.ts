// What is kept, as the use cases see it. Adapters turn it into documents and back.

import type { Outcome, OutcomeReason } from '../domain/events.ts';
import type { CarriedFailure } from '../domain/gate-rules/exposure-budget.ts';
import type { History } from '../domain/history.ts';
import type { LinkedCounts } from '../domain/link.ts';
import type { OutstandingSession } from '../domain/outstanding.ts';
import type { Policy } from '../domain/policy.ts';
import type { FrozenEvidence, Receipt } from '../domain/receipt.ts';
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
  /** At most one flag for each pattern and scope, and the latest pause. */
  verdicts: LatchedVerdict[];
  /** Of other ids on the device of the latest failure, as they were when the newest result was recorded. */
  linkedDevice?: LinkedCounts;
  /** Predecessors after resets without override: judged like a link, their judged failures fill the budget. */
  lineage?: Lineage;
  /** Of the newest attempt, if the client said it. */
  app?: { version: string; atMs: number };
  /** Ids that were abused from the same devices are one case for the reviewer. */
  caseKey?: string;
  /** Number of the newest event; they are gap-free. */
  sequence: number;
  lastReceiptHash?: string;
  /** When `detectAbusePatterns` has to look. */
  dueAt?: Date;
}

/** `pending` until `detectAbusePatterns` has stored its flag and event: what the verdict was found on, and by which policy. */
export interface LatchedVerdict extends Verdict {
  pending?: { evidence: FrozenEvidence; policy: Policy };
  flagId?: string;
  pauseEnded?: true;
}

export interface Lineage {
  /** Of all predecessors; tags are their correlation ids. */
  history: History;
  failures: CarriedFailure[];
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
  /** A verdict that concerns it was latched, or the id retired, while it was open. An issue under way loses its race by it. */
  revoked?: true;
  deviceKey?: string;
  appVersion?: string;
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
  appVersion?: string;
}

export interface FlagRecord {
  flagId: string;
  correlationId: string;
  customerId: string;
  verdict: Verdict;
  reasons: string[];
  caseKey: string;
  /** An incident that was open for the app version of the newest attempt: such a flag never counts against the customer. */
  incidentId?: string;
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
  /** Of the first flagged id that failed on it. */
  caseKey?: string;
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

// What the use cases need from the world. Every promise here is held by a contract test for each implementation.
// Unless said otherwise a method throws `Unavailable` when its service does not answer properly in time; then the write
// may or may not have happened, and the caller finds out by reading.

import type { LivenessEvent } from '../domain/events.ts';
import type { Observation } from '../domain/observations.ts';
import type { Policy } from '../domain/policy.ts';
import type { PolicyDocument } from '../domain/policy-document.ts';
import type { AuditHead } from './audit.ts';
import type { CustomerEventRecord, EventSequence, OutboxEvent } from './customer-events.ts';
import type {
  ActivePolicyChange,
  ActivePolicyRecord,
  CustomerPolicyChange,
  CustomerPolicyRecord,
  EffectivePolicy,
  PolicyAuditEntry,
} from './policy-records.ts';
import type {
  CorrelationRecord,
  CustomerRecord,
  DeviceRecord,
  EndUserRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  ResetDecision,
  SessionKind,
  SessionRecord,
  Versioned,
} from './records.ts';
import type {
  CreatedObservations,
  CustomerWatchChange,
  CustomerWatchRecord,
  OpenIncidentIds,
} from './watch-records.ts';

export interface Clock {
  now(): Date;
}

export interface Randomness {
  uuid(): string;
  bytes(count: number): Uint8Array;
}

/** Resolves after some real time. Tests let it pass at once. */
export type Wait = (milliseconds: number) => Promise<void>;

/** Keyed hashes. The same value of two customers gives two hashes; the value cannot be found from it without the key. */
export interface Pseudonyms {
  endUserKey(customerId: string, endUserRef: string): string;
  deviceKey(customerId: string, deviceId: string): string;
  requestKey(clientKey: string, text: string): string;
}

export type Sha256Hex = (text: string) => string;

/** One change of what belongs to one correlation id: everything in it happens, or nothing. */
export interface CorrelationChange {
  /** Without a version: only if there is none yet. */
  correlation?: { record: CorrelationRecord; version?: string };
  newSession?: SessionRecord;
  /** Only if unchanged since its version. */
  session?: Versioned<SessionRecord>;
  /** Marks these sessions, whatever state they are in, so that an issue under way fails, and has them closed by `dueAt`. */
  revoke?: { sessionIds: readonly string[]; dueAt: Date };
  /** These sessions are settled at Face and here: closed, nothing left to do. */
  closed?: readonly string[];
  /** Only if none of them is there yet. */
  ledger?: readonly LedgerRecord[];
  flags?: readonly FlagRecord[];
  events?: readonly EventRecord[];
}

export type CommitResult =
  | { kind: 'committed'; sessionVersion?: string }
  /** Another write came first: read and decide again. */
  | { kind: 'changed'; what: 'correlation' | 'session' }
  /** At least one ledger record is there already; nothing of this change happened. */
  | { kind: 'already-recorded' };

/** What is read may be some moments old, which a write under its version finds out. That nothing is there is always true. */
export interface Correlations {
  find(correlationId: string): Promise<Versioned<CorrelationRecord> | undefined>;
  findSession(correlationId: string, sessionId: string): Promise<Versioned<SessionRecord> | undefined>;
  /** Not a moment old: for answers that no write follows. */
  findNewestSession(correlationId: string, sessionId: string): Promise<Versioned<SessionRecord> | undefined>;
  /** Those of the keys that are there. */
  findLedger(correlationId: string, keys: readonly string[]): Promise<LedgerRecord[]>;
  findFlag(correlationId: string, flagId: string): Promise<FlagRecord | undefined>;
  commit(correlationId: string, change: CorrelationChange): Promise<CommitResult>;
  /** Puts off work on a session and counts that. A session that has ended or gone is left alone. */
  postponeSession(session: SessionRecord, dueAt: Date): Promise<void>;
  /** A small page of what is due, in no order: whoever handles it moves or removes its `dueAt`, and asks again. */
  dueCorrelations(now: Date): Promise<string[]>;
  dueSessions(now: Date): Promise<SessionRecord[]>;
  dueEvents(now: Date): Promise<EventRecord[]>;
  /** They stay readable for 30 days. Repeating it changes nothing. */
  markPublished(correlationId: string, eventIds: readonly string[]): Promise<void>;
}

export interface EndUsers {
  /** Perhaps some moments old. */
  find(endUserKey: string): Promise<Versioned<EndUserRecord> | undefined>;
  /** Never a moment old. */
  findNewest(endUserKey: string): Promise<Versioned<EndUserRecord> | undefined>;
  /** False when there is one already. */
  create(record: EndUserRecord): Promise<boolean>;
  /** False when it changed since its version. */
  replace(endUser: Versioned<EndUserRecord>): Promise<boolean>;
}

export interface Devices {
  find(deviceKey: string): Promise<Versioned<DeviceRecord> | undefined>;
  /** False when another write came first. Without a version: only if there is none yet. */
  save(record: DeviceRecord, version?: string): Promise<boolean>;
}

export interface Customers {
  /** Always the newest committed state, never a stale one: eligibility depends on it. */
  find(customerId: string): Promise<CustomerRecord | undefined>;
  /** Counts one session of the day; false when the quota is used up. */
  takeQuota(customer: CustomerRecord, now: Date): Promise<boolean>;
  /** For a session that came to nothing: takes it off the count of the day on which it was taken. */
  giveQuotaBack(customer: CustomerRecord, takenAt: Date): Promise<void>;
}

export interface ClientApplications {
  /** The customer of a client application (`tid:azp`), if it is onboarded. */
  findCustomerId(clientKey: string): Promise<string | undefined>;
}

export type IdempotentStart =
  /** The first request with this key, or the first since an earlier one broke off. */
  { kind: 'first' } | { kind: 'in-progress' } | { kind: 'other-body' } | { kind: 'repeated'; sessionId: string };

/** What was asked with an `Idempotency-Key`, kept for 24 hours as hashes. */
export interface IdempotencyKeys {
  start(clientKey: string, requestKey: string, bodyHash: string, now: Date): Promise<IdempotentStart>;
  /** The request ended with a token for this session. */
  finish(clientKey: string, requestKey: string, bodyHash: string, sessionId: string): Promise<void>;
  /** The request ended without a token: the key may be used again. */
  forget(clientKey: string, requestKey: string): Promise<void>;
}

export interface Decisions {
  /** False when it is there already. */
  create(decision: ResetDecision): Promise<boolean>;
  /** Never a moment old. */
  find(customerId: string, decisionId: string): Promise<Versioned<ResetDecision> | undefined>;
  /** False when another write came first. */
  update(decision: Versioned<ResetDecision>): Promise<boolean>;
  /** A small page of what is due, in no order. */
  due(now: Date): Promise<Versioned<ResetDecision>[]>;
}

export interface NewFaceSession {
  kind: SessionKind;
  correlationId: string;
  operationMode: 'Passive' | 'PassiveActive';
  tokenTtlSeconds: number;
  verifyImage?: Uint8Array;
}

export type FaceCreation =
  | { kind: 'created'; faceSessionId: string; authToken: string }
  /** Too many calls a second; nothing was created. */
  | { kind: 'busy'; retryAfterSeconds: number }
  /** The verify image was refused (no face, several faces, undecodable, size). */
  | { kind: 'bad-image'; code: string }
  /** The Face resource has no approval for liveness detection. */
  | { kind: 'unsupported' };

export interface FaceAttempt {
  attemptId: number;
  status: string;
  livenessDecision?: string;
  digest?: string;
  errorCode?: string;
  verify?: { isIdentical: boolean; matchConfidence: number };
}

export interface FaceSession {
  status: string;
  /** Rising by attempt id. */
  attempts: FaceAttempt[];
}

/** Liveness sessions at the Face service. */
export interface FaceSessions {
  /** Never repeated by itself: a repetition could make a second session. */
  create(request: NewFaceSession): Promise<FaceCreation>;
  /** Undefined when Face does not know the session (any more). */
  read(kind: SessionKind, faceSessionId: string): Promise<FaceSession | undefined>;
  /** Revokes the token and forgets the session; a session that is gone already is no error. */
  delete(kind: SessionKind, faceSessionId: string): Promise<void>;
}

/** A counted event on its way to `recordLivenessResult`. */
export type ResultEvent = Exclude<LivenessEvent, { type: 'session.issued' }>;

export interface LivenessResults {
  /** All or none are accepted. They may arrive twice, and in any order. */
  send(events: readonly ResultEvent[]): Promise<void>;
}

export interface EventPublisher {
  /** At least once; in any order: subscribers order by sequence number. */
  publish(events: readonly OutboxEvent[]): Promise<void>;
}

export type SweepName =
  'detect-abuse-patterns' | 'collect-unreported-results' | 'publish-events' | 'complete-decisions' | 'watch-customers';

export interface SweepRuns {
  /** When each sweep last ran to its end; one that never did is absent. May be some seconds old. */
  lastRuns(): Promise<Partial<Record<SweepName, Date>>>;
  ran(sweep: SweepName, at: Date): Promise<void>;
}

export interface SweepNudges {
  /** Asks for a run by message, beside its timer. Several of one minute are one. */
  nudge(sweep: SweepName, now: Date): Promise<void>;
}

/** Facts about what happened, for operators. Never ids of people, tokens, images or addresses. */
export interface Log {
  info(event: string, facts?: Record<string, unknown>): void;
  warn(event: string, facts?: Record<string, unknown>): void;
  error(event: string, error: unknown, facts?: Record<string, unknown>): void;
}

/**
 * The outbox of customers. A store that changes something about a customer takes `RaisedEvents` (customer-events.ts) into
 * the batch of its change: the events and their numbers are stored with it or not at all.
 */
export interface CustomerEvents {
  /** To be read before the change, and taken into it. */
  sequence(customerId: string): Promise<EventSequence>;
  /** A small page of what is due, in no order. */
  dueEvents(now: Date): Promise<CustomerEventRecord[]>;
  /** They stay readable for 30 days. Repeating it changes nothing. */
  markPublished(customerId: string, eventIds: readonly string[]): Promise<void>;
}

/** Which policy judges. */
export interface Policies {
  /** Known for at most 30 seconds; `Unavailable` when it cannot be read, never a guess. */
  effective(customerId: string): Promise<EffectivePolicy>;
}

/** Policies as they are stored. Whatever changes is in one write with its entry in the audit. */
export interface PolicyStore {
  /** The newest committed state, as of all reads here. Undefined when none was ever published. */
  findActive(): Promise<Versioned<ActivePolicyRecord> | undefined>;
  findPolicy(policyHash: string): Promise<Policy | undefined>;
  /** A policy never changes: storing it again changes nothing. */
  storePolicy(policyHash: string, policy: Policy): Promise<void>;
  /** False when another write came first. */
  changeActive(change: ActivePolicyChange): Promise<boolean>;
  findCustomer(customerId: string): Promise<Versioned<CustomerPolicyRecord> | undefined>;
  /** False when another write, or another event of the customer, came first. */
  changeCustomer(change: CustomerPolicyChange): Promise<boolean>;
  /** Every customer with a policy of its own. */
  customersWithOverride(): Promise<CustomerPolicyRecord[]>;
  /** A small page of those of whom something ends, in no order. */
  dueCustomers(now: Date): Promise<CustomerPolicyRecord[]>;
  /** The entry of this number and those before it, newest first, at most 20; without a customer of the active policy. */
  findEntries(newest: AuditHead, customerId?: string): Promise<PolicyAuditEntry[]>;
}

export interface PolicyMistake {
  /** JSON pointer into the author's document. */
  path: string;
  message: string;
}

/** Finds every mistake of a document. `base`: the policy that it changes, the default when it is left out. */
export type ValidatePolicy = (
  json: unknown,
  base?: Policy,
) =>
  { kind: 'valid'; policy: Policy; document: PolicyDocument } | { kind: 'invalid'; mistakes: readonly PolicyMistake[] };

/** Facts that incidents are counted from, each stored once. */
export interface Observations {
  /** False when it is there already. */
  create(observation: Observation, createdAt: Date): Promise<boolean>;
  /**
   * Of one customer, created from `from` on and before `until`, in no order. What an event more than a day old made may be
   * missing: such a latecomer is counted by nobody.
   */
  createdBetween(customerId: string, from: Date, until: Date): Promise<CreatedObservations>;
}

/** What is known of the incidents of each customer. */
export interface CustomerWatches {
  /** The newest committed state. Undefined while nothing was ever observed at the customer. */
  find(customerId: string): Promise<Versioned<CustomerWatchRecord> | undefined>;
  /** Due at this moment or earlier. The first call makes a watch that has counted nothing yet. */
  markDue(customerId: string, dueAt: Date): Promise<void>;
  /** Due at this moment, even if it was earlier: for what fails now. */
  postpone(customerId: string, dueAt: Date): Promise<void>;
  /** False when another write, or another event of the customer, came first. */
  save(change: CustomerWatchChange): Promise<boolean>;
  /** A small page of customers, in no order. */
  due(now: Date): Promise<string[]>;
}

/** Which incidents are open at a customer. */
export interface OpenIncidents {
  /** Known for at most 30 seconds. */
  of(customerId: string): Promise<OpenIncidentIds>;
}

// A checker, and one end user whose made-up history it is shown, write by write: documents as the product stores them.

import {
  correlationDocuments,
  customerDocuments,
  customerEventDocuments,
  decisionDocuments,
  endUserDocuments,
  eventDocuments,
  flagDocuments,
  ledgerDocuments,
  sessionDocuments,
} from '../../../../../shared/adapters/cosmos/documents.ts';
import { customerPolicyDocuments } from '../../../../../shared/adapters/cosmos/policy-documents.ts';
import { release, reserve } from '../../../../../shared/application/correlation.ts';
import type { CustomerEventRecord, OutboxEvent } from '../../../../../shared/application/customer-events.ts';
import type { IssueDecision } from '../../../../../shared/application/issue-liveness-session.ts';
import type {
  CorrelationRecord,
  CustomerRecord,
  EventRecord,
  FlagRecord,
  LatchedVerdict,
  LedgerRecord,
  ResetDecision,
  SessionRecord,
  SessionResult,
} from '../../../../../shared/application/records.ts';
import { subjectOf } from '../../../../../shared/contracts/cloud-event.ts';
import type { AttemptJudged, Outcome, SessionAbandoned, SessionClosed } from '../../../../../shared/domain/events.ts';
import { emptyHistory } from '../../../../../shared/domain/history.ts';
import { foldEvent } from '../../../../../shared/domain/judged-state.ts';
import { recordInOutstanding } from '../../../../../shared/domain/outstanding.ts';
import { defaultPolicy } from '../../../../../shared/domain/policy.ts';
import type { JsonObject } from '../../../../../local/cosmos/json.ts';
import { Checker } from '../../../../../simulation/checker/checker.ts';
import type { TokenRequest } from '../../../../../simulation/checker/model.ts';
import { SimulatedProcess } from '../../../../../simulation/engine/simulated-process.ts';
import {
  aCorrelation,
  aCorrelationId,
  anEndUser,
  anEvent,
  aSession,
  customerId,
} from '../../../../support/builders.ts';
import { startOfTests } from '../../../../support/held-clock.ts';

export const HOUR_MS = 3_600_000;

/** What one batch has written. */
export interface Batch {
  history?: CorrelationRecord;
  sessions?: SessionRecord[];
  ledger?: LedgerRecord[];
  events?: EventRecord[];
  flags?: FlagRecord[];
  /** The request of a caller in which it was written. */
  request?: TokenRequest;
  /** Over what the codec gives the history to live. */
  ttl?: number;
}

export interface Circumstances {
  budget?: number;
  isAudited?: boolean;
}

export class Witness {
  readonly checker: Checker;
  readonly process = new SimulatedProcess('process 0');
  nowMs = startOfTests.getTime();
  /** The largest that any policy in force gives. */
  budget: number;
  readonly endUserKey = '1.end-user';
  /** As the latest write left it. */
  record: CorrelationRecord;
  #requests = 0;
  #faceSessions = 0;

  constructor({ budget = 22, isAudited = false }: Circumstances = {}) {
    this.budget = budget;
    const policies = { largestBudget: () => this.budget, isAudited: () => isAudited };
    this.checker = new Checker(policies, () => this.nowMs);
    this.record = aCorrelation({ endUserKey: this.endUserKey });
    this.writes({ history: this.record });
    this.hasId(this.record.correlationId);
  }

  get model() {
    return this.checker.model;
  }

  get now(): Date {
    return new Date(this.nowMs);
  }

  /** One transactional batch in the partition of the end user's correlation id. */
  writes({ history, sessions = [], ledger = [], events = [], flags = [], request, ttl }: Batch): void {
    this.stores(
      'correlations',
      [
        ...(history === undefined ? [] : [correlationDocuments.document(history)]).map((document) => ({
          ...document,
          ...(ttl !== undefined && { ttl }),
        })),
        ...sessions.map((session) => sessionDocuments.document(session)),
        ...ledger.map((entry) => ledgerDocuments.document(entry)),
        ...flags.map((flag) => flagDocuments.document(flag)),
        ...events.map((event) => eventDocuments.document(event)),
      ],
      { request },
    );
    if (history !== undefined) this.record = history;
  }

  /** `by` the product itself, or by somebody else. */
  stores(
    container: string,
    documents: readonly object[],
    { request, by = request && this.process }: { request?: TokenRequest | undefined; by?: SimulatedProcess } = {},
  ): void {
    const operation = { operation: 'Batch', container, kinds: [] };
    const asStored = documents.map((document) => JSON.parse(JSON.stringify(document)) as JsonObject);
    const who = by && { process: by, ...(request && { request }) };
    this.checker.cosmosCarriedOut(operation, { ...operation, documents: asStored }, who);
  }

  /** A read of the product within a request. */
  looks(request: TokenRequest, container = 'customers'): void {
    const operation = { operation: 'Read', container, kinds: [] };
    this.checker.cosmosCarriedOut(operation, undefined, { process: this.process, request });
  }

  /** An item of the product's own. */
  deletes(container: string): void {
    this.checker.cosmosCarriedOut({ operation: 'Delete', container, kinds: [] }, undefined, { process: this.process });
  }

  /** The end user has this correlation id from now on. */
  hasId(correlationId: string): void {
    this.stores('end-users', [endUserDocuments.document(anEndUser({ endUserKey: this.endUserKey, correlationId }))]);
  }

  customerIs(eligibility: CustomerRecord['eligibility'], by?: SimulatedProcess): void {
    const record: CustomerRecord = {
      customerId,
      name: 'Contoso Bank',
      eligibility,
      dailySessionQuota: 1000,
      alternativePath: 'Visit a branch.',
    };
    this.stores('customers', [customerDocuments.document(record)], by && { by });
  }

  /** The customer's own policy: enforcement comes back by itself then; or nothing ends by itself. */
  enforcementEnds(dueAt?: Date): void {
    const enforcementOff = dueAt === undefined ? [] : [{ until: dueAt }];
    const newestEntry = { number: 1, hash: 'hash' };
    const record = { customerId, enforcementOff, newestEntry, ...(dueAt !== undefined && { dueAt }) };
    this.stores('customers', [customerPolicyDocuments.document(record)]);
  }

  customerEvent(event: CustomerEventRecord): void {
    this.stores('customers', [customerEventDocuments.document(event)]);
  }

  decision(decision: ResetDecision): void {
    this.stores('customers', [decisionDocuments.document(decision)]);
  }

  asks(what: Partial<TokenRequest> = {}): TokenRequest {
    this.#requests += 1;
    return this.checker.beginTokenRequest({
      name: `request ${this.#requests}`,
      customerId,
      endUserKey: this.endUserKey,
      deviceKey: undefined,
      ...what,
    });
  }

  /** These verdicts and no others; the sweep looks at once, so that none of them is over unseen. */
  has(...verdicts: LatchedVerdict[]): void {
    this.writes({ history: { ...this.record, verdicts, dueAt: this.now } });
  }

  /** A session that takes its attempts out of the budget. */
  reserves(request: TokenRequest, what: Partial<SessionRecord> = {}): SessionRecord {
    const { correlationId } = this.record;
    const session = aSession({
      correlationId,
      reservedAt: this.now,
      expiresAt: new Date(this.nowMs + 600_000),
      ...(request.deviceKey !== undefined && { deviceKey: request.deviceKey }),
      ...what,
    });
    this.writes({ history: reserve(this.record, session, defaultPolicy), sessions: [session], request });
    return session;
  }

  issues(
    session: SessionRecord,
    request: TokenRequest,
    faceSessionId = `face-${(this.#faceSessions += 1)}`,
  ): SessionRecord {
    this.checker.faceCreated(faceSessionId, session.correlationId);
    const issued: SessionRecord = { ...session, state: 'issued', faceSessionId };
    this.writes({ sessions: [issued], request });
    return issued;
  }

  answers(request: TokenRequest, { sessionId, correlationId, attemptsAllowed, expiresAt }: SessionRecord): void {
    this.checker.tokenRequestAnswered(request, {
      kind: 'issued',
      sessionId,
      correlationId,
      authToken: 'token',
      expiresAt,
      attemptsAllowed,
      remainingAttempts: 1,
      lockOutProtection: 'on',
      replayed: false,
    });
  }

  refuses(request: TokenRequest, decision: Exclude<IssueDecision, { kind: 'issued' }>): void {
    this.checker.tokenRequestAnswered(request, decision);
  }

  /** A device makes an attempt, which Face may take for a pass. */
  tries(sessionId: string, attemptId: number, { isPass = false, digest = 'D1' } = {}): void {
    this.checker.attempted(sessionId, { attemptId, isPass, digest });
  }

  /** From the question to the answer, nothing in between. */
  getsToken(what: { deviceKey?: string } = {}): SessionRecord {
    const request = this.asks(what);
    const session = this.issues(this.reserves(request), request);
    this.looks(request);
    this.answers(request, session);
    return session;
  }

  /** The ledger's entry for an attempt that was just made. */
  entry(session: SessionRecord, attemptId: number, outcome: Outcome): LedgerRecord {
    const { sessionId, correlationId, deviceKey } = session;
    return {
      key: `${sessionId}/${attemptId}`,
      correlationId,
      sessionId,
      customerId,
      type: 'attempt',
      atMs: this.nowMs,
      attemptId,
      outcome,
      ...(deviceKey !== undefined && { deviceKey }),
    };
  }

  /** The result of a session with this many attempts; what is stored of it already stays. */
  finds(session: SessionRecord, attempts: number): void {
    const stored = this.model.session(session.sessionId) ?? session;
    if (stored.result !== undefined) return;
    const found = Array.from({ length: attempts }, (_, index) => ({ attemptId: index + 1, outcome: 'spoof' as const }));
    const result: SessionResult = { cause: 'completed', readAt: this.now, attempts: found };
    this.writes({ sessions: [{ ...stored, state: 'closing', result }] });
  }

  /** The entry for the end of a session that brought this many attempts; its result is stored before. */
  endOf(session: SessionRecord, attempts: number): LedgerRecord {
    this.finds(session, attempts);
    const { sessionId, correlationId, deviceKey } = session;
    const type = attempts === 0 ? 'session.abandoned' : 'session.closed';
    return {
      key: `${sessionId}/${type === 'session.abandoned' ? 'abandoned' : 'closed'}`,
      correlationId,
      sessionId,
      customerId,
      type,
      atMs: this.nowMs,
      attempts,
      ...(deviceKey !== undefined && { deviceKey }),
    };
  }

  /** The history with these entries counted, not stored yet. */
  counted(...entries: LedgerRecord[]): CorrelationRecord {
    return entries.map(resultOf).reduce<CorrelationRecord>(
      (record, event) => ({
        ...record,
        history: foldEvent(record.history, event, defaultPolicy),
        outstanding: recordInOutstanding(record.outstanding, event).outstanding,
      }),
      this.record,
    );
  }

  /** Ledger and history in one batch. */
  counts(...entries: LedgerRecord[]): void {
    this.writes({ history: this.counted(...entries), ledger: entries });
  }

  releases(session: SessionRecord): void {
    const history = release(this.record, session.sessionId, this.now, defaultPolicy);
    this.writes({ history, sessions: [{ ...session, state: 'released' }] });
  }

  /** An event with the next number, not stored yet. */
  nextEvent(what: Partial<EventRecord> = {}): EventRecord {
    const { correlationId, sequence } = this.record;
    return anEvent({ correlationId, sequence: sequence + 1, at: this.now, ...what });
  }

  commits(...events: EventRecord[]): void {
    this.writes({ history: { ...this.record, sequence: this.record.sequence + events.length }, events });
  }

  /** As subscribers get it. */
  publishes(event: OutboxEvent, instead: Record<string, unknown> = {}, messageId = event.eventId): void {
    const { eventId: id, type, sequence, customerId: customerid, data } = event;
    const subject = subjectOf(event);
    this.checker.sent('abuse-events', { id, type, subject, sequence, customerid, data, ...instead }, messageId);
  }

  /** The message of an attempt is in the queue. */
  queues({ sessionId, attemptId }: LedgerRecord): void {
    this.checker.sent('liveness-results', { type: 'attempt', sessionId, attemptId });
  }

  /** The id is retired, and the end user has a new one that begins as it is told. */
  resets({
    knowsItsPredecessor = true,
    ...successor
  }: Partial<CorrelationRecord> & { knowsItsPredecessor?: boolean } = {}): void {
    const newCorrelationId = aCorrelationId();
    const event = this.nextEvent({ type: 'correlation.reset', data: { newCorrelationId } });
    this.writes({
      history: { ...this.record, status: 'retired', sequence: this.record.sequence + 1 },
      events: [event],
    });
    this.writes({
      history: aCorrelation({
        correlationId: newCorrelationId,
        endUserKey: this.endUserKey,
        dueAt: this.now,
        ...(knowsItsPredecessor && { lineage: { history: emptyHistory, failures: [] } }),
        ...successor,
      }),
    });
    this.hasId(newCorrelationId);
  }
}

export const resultOf = (entry: LedgerRecord): AttemptJudged | SessionAbandoned | SessionClosed => {
  const { atMs, correlationId, sessionId, deviceKey, attemptId = 1, attempts = 0, outcome = 'real', reason } = entry;
  const base = { atMs, customerId, correlationId, sessionId, ...(deviceKey !== undefined && { deviceKey }) };
  switch (entry.type) {
    case 'attempt':
      return { ...base, type: 'attempt', attemptId, outcome, ...(reason !== undefined && { reason }) };
    case 'session.abandoned':
      return { ...base, type: 'session.abandoned' };
    case 'session.closed':
      return { ...base, type: 'session.closed', attempts };
  }
};

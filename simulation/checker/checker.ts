// Sees everything that is carried out and holds it against the promises, at the moment when it happens.

import {
  customerDocuments,
  customerEventDocuments,
  decisionDocuments,
  endUserDocuments,
} from '../../shared/adapters/cosmos/documents.ts';
import { CUSTOMER_POLICY_KIND, customerPolicyDocuments } from '../../shared/adapters/cosmos/policy-documents.ts';
import type { CustomerEventRecord } from '../../shared/application/customer-events.ts';
import type { Completion } from '../../shared/application/complete-liveness-session.ts';
import type { IssueDecision } from '../../shared/application/issue-liveness-session.ts';
import type { CustomerRecord, EventRecord, LedgerRecord, SessionRecord } from '../../shared/application/records.ts';
import type { JsonObject } from '../../local/cosmos/json.ts';
import type { Running } from '../engine/simulated-process.ts';
import type { CosmosOperation, CosmosWrite } from '../world/observe-cosmos.ts';
import { checkToken, type IssuedToken } from './blocking.ts';
import { checkAttempt, checkBudget, checkEnd, checkOutstanding, checkWhose } from './budget.ts';
import { checkCounting, checkDevice } from './counting.ts';
import { checkDue } from './due.ts';
import { checkExpired, checkReplaced } from './early-ends.ts';
import { checkFlagsStored, checkPublished, checkSequence } from './event-order.ts';
import { checkDeletion, checkHistoryKept, checkSuccessor } from './evidence.ts';
import { checkLives } from './lives.ts';
import { type Attempted, Model, type TokenRequest } from './model.ts';
import { checkClosing, checkOwner, checkSessionsLeft } from './owner.ts';
import { checkPassed } from './passing.ts';
import { checkKey, keyWritten } from './request-keys.ts';
import type { Story } from './story.ts';
import { checkDocumentsKept, checkMessageKept } from './versions.ts';
import { type Written, writtenIn } from './written.ts';

/** Which policies may be judging a customer now: one may be known a while after it was replaced. */
export interface PoliciesInForce {
  largestBudget(customerId: string): number;
  isAudited(customerId: string): boolean;
}

export class Checker {
  readonly model: Model;
  readonly #policies: PoliciesInForce;

  constructor(policies: PoliciesInForce, nowMs: () => number) {
    this.model = new Model(nowMs);
    this.#policies = policies;
  }

  beginTokenRequest(request: Omit<TokenRequest, 'beganAt'>): TokenRequest {
    return { ...request, beganAt: this.model.next() };
  }

  /** An answer has reached its caller. */
  tokenRequestAnswered(request: TokenRequest, decision: IssueDecision): void {
    if (decision.kind === 'issued') this.#tokenAnswered(request, decision);
    else checkOwner(this.model, request, decision);
  }

  #tokenAnswered(request: TokenRequest, token: IssuedToken): void {
    const { model } = this;
    const { sessionId, correlationId } = token;
    model.answered.set(sessionId, model.moment);
    const story = model.story(correlationId);
    const session = story.sessions.get(sessionId);
    if (session?.faceSessionId === undefined || session.state === 'reserved' || session.state === 'released') {
      model.breaks('I5', `the token of ${sessionId} went out, its session is ${session?.state ?? 'missing'}`);
    } else if (model.faceSessions.get(session.faceSessionId)?.correlationId !== correlationId) {
      model.breaks('I5', `the token of ${sessionId} went out, and Face knows it by another correlation id`);
    }
    checkKey(model, request, sessionId);
    checkWhose(model, request, story);
    checkToken(model, request, token, this.#policies.isAudited(request.customerId));
  }

  cosmosCarriedOut(operation: CosmosOperation, write: CosmosWrite | undefined, who: Running | undefined): void {
    const moment = this.model.next();
    const request = who?.request as TokenRequest | undefined;
    if (request !== undefined && ['correlations', 'customers'].includes(operation.container)) {
      request.lastStepAt = moment;
    }
    if (operation.operation === 'Delete' && who !== undefined && operation.container !== 'client-applications') {
      this.model.breaks('I9', `the product has deleted something of ${operation.container}`);
    }
    if (write === undefined) return;
    checkDocumentsKept(this.model, write);
    checkLives(this.model, write);
    switch (write.container) {
      case 'correlations':
        this.#correlationWritten(write.documents, moment, request);
        break;
      case 'end-users':
        for (const document of write.documents) {
          const { endUserKey, correlationId } = endUserDocuments.record(document);
          this.model.endUsers.set(endUserKey, correlationId);
        }
        break;
      case 'customers':
        for (const document of write.documents) this.#customerWritten(document, moment, who);
        break;
      case 'client-applications':
        for (const document of write.documents) {
          if (document.documentKind === 'idempotency-key') keyWritten(this.model, document, request);
        }
        break;
    }
  }

  /** A device has made an attempt with a token. */
  attempted(sessionId: string, attempt: Attempted): void {
    checkAttempt(this.model, sessionId, attempt.attemptId);
    this.model.attempted.set(`${sessionId}/${attempt.attemptId}`, attempt);
  }

  /** A client is about to say that it has finished, with the digest that it claims to have seen. */
  reported(sessionId: string, digest: string | undefined): void {
    if (digest === undefined) return;
    const known = this.model.reportedDigests.get(sessionId) ?? new Set();
    this.model.reportedDigests.set(sessionId, known.add(digest));
  }

  /** What it was told. */
  completionAnswered(sessionId: string, completion: Completion, digest: string | undefined): void {
    if (completion.kind !== 'completed' || completion.decision !== 'passed') return;
    checkPassed(this.model, `${sessionId}/${completion.attempts.at(-1)?.attemptId}`, digest);
  }

  faceCreated(faceSessionId: string, correlationId: string): void {
    this.model.faceSessions.set(faceSessionId, { correlationId, deleted: false });
  }

  faceRead(faceSessionId: string, finishedAttempts: number): void {
    const seen = this.model.faceSessions.get(faceSessionId);
    if (seen === undefined) return;
    seen.attemptsRead = finishedAttempts;
    seen.attemptCountsRead = new Set([...(seen.attemptCountsRead ?? []), finishedAttempts]);
    seen.attemptsReadFirst ??= finishedAttempts;
  }

  faceDeleted(faceSessionId: string, attemptsMade: number): void {
    checkDeletion(this.model, faceSessionId, attemptsMade);
    const seen = this.model.faceSessions.get(faceSessionId);
    if (seen !== undefined) seen.deleted = true;
  }

  /** A message that the broker has accepted. */
  sent(destination: string, body: unknown, messageId?: unknown): void {
    this.model.next();
    const message = body as Record<string, unknown>;
    if (destination === 'abuse-events') {
      checkPublished(this.model, message, messageId);
      this.model.published.add(String(message.id));
    }
    if (destination === 'liveness-results') checkMessageKept(this.model, message);
    if (destination === 'liveness-results' && message.type === 'attempt') {
      this.model.queuedResults.add(`${String(message.sessionId)}/${String(message.attemptId)}`);
    }
  }

  #correlationWritten(documents: readonly JsonObject[], moment: number, request: TokenRequest | undefined): void {
    const [first] = documents;
    if (first === undefined) return;
    const story = this.model.story(first.correlationId as string);
    const written = writtenIn(documents);
    const reserved = written.sessions.filter(({ sessionId }) => !story.sessions.has(sessionId));
    const revoked = written.sessions.filter(
      ({ sessionId, revoked }) => revoked === true && story.sessions.get(sessionId)?.revoked !== true,
    );
    const added = written.events.filter(({ eventId }) => !story.events.has(eventId));

    for (const session of written.sessions) {
      const isIssuedNow = session.state === 'issued' && story.sessions.get(session.sessionId)?.state === 'reserved';
      if (isIssuedNow && request !== undefined) request.issuedAt = moment;
      this.#sessionWritten(story, session);
    }
    for (const entry of written.ledger) this.#entered(story, entry);
    for (const flag of written.flags) story.flags.set(flag.flagId, flag);
    for (const event of written.events) story.events.set(event.eventId, event);
    this.#judge(story, { ...written, reserved, revoked, added }, moment);
  }

  #sessionWritten(story: Story, session: SessionRecord): void {
    const { sessionId, state } = session;
    if (state === 'released' && this.model.answered.has(sessionId)) {
      this.model.breaks('I3', `session ${sessionId} was released, and its token is in use`);
    }
    checkClosing(this.model, session);
    checkReplaced(this.model, session);
    checkExpired(this.model, session);
    story.sessions.set(sessionId, session);
  }

  #entered(story: Story, entry: LedgerRecord): void {
    if (story.ledger.has(entry.key)) this.model.breaks('I1', `${entry.key} was entered into the ledger twice`);
    story.ledger.set(entry.key, entry);
    checkDevice(this.model, story, entry);
    checkEnd(this.model, story, entry);
  }

  #judge(
    story: Story,
    {
      history,
      reserved,
      revoked,
      added,
    }: Written & { reserved: SessionRecord[]; revoked: SessionRecord[]; added: EventRecord[] },
    moment: number,
  ): void {
    const { model } = this;
    const before = story.record;
    const record = history ?? before;
    if (record === undefined) {
      model.breaks('I1', `something of ${story.correlationId} was stored before its history`);
      return;
    }
    if (history !== undefined) {
      story.record = record;
      story.changes.push({ moment, record });
      checkHistoryKept(model, story, before, record);
      checkDue(model, record);
      if (before === undefined) checkSuccessor(model, story, record);
    }
    for (const { sessionId } of reserved) {
      if (record.status === 'retired') model.breaks('I6', `${sessionId} was reserved for a retired id`);
    }
    for (const { type, data } of added) {
      if (type === 'correlation.reset') model.story(String(data.newCorrelationId)).predecessor = story;
    }
    checkFlagsStored(model, story, added);
    checkCounting(model, story, record);
    checkOutstanding(model, story, record);
    checkSessionsLeft(model, story, record, revoked);
    checkSequence(model, story.correlationId, { before: before?.sequence ?? 0, after: record.sequence, added });
    for (const session of reserved) {
      checkBudget(model, story, session, this.#policies.largestBudget(session.customerId));
    }
  }

  #customerWritten(document: JsonObject, moment: number, who: Running | undefined): void {
    const { model } = this;
    switch (document.documentKind as string) {
      case 'customer':
        this.#becomes(customerDocuments.record(document), moment, who);
        break;
      case CUSTOMER_POLICY_KIND: {
        const { customerId, dueAt } = customerPolicyDocuments.record(document);
        model.enforcementEnds.set(customerId, dueAt);
        break;
      }
      case 'decision': {
        const { decisionId, doneAt } = decisionDocuments.record(document);
        model.decisions.set(decisionId, doneAt !== undefined);
        break;
      }
      case 'event':
        this.#customerEventWritten(customerEventDocuments.record(document));
        break;
    }
  }

  #becomes(record: CustomerRecord, moment: number, who: Running | undefined): void {
    const { customerId, eligibility } = record;
    if (who !== undefined) this.model.breaks('I7', `the product itself has made ${customerId} ${eligibility}`);
    const known = this.model.customers.get(customerId) ?? [];
    this.model.customers.set(customerId, [...known, { moment, record }]);
  }

  #customerEventWritten(event: CustomerEventRecord): void {
    const { customerEvents } = this.model;
    if (customerEvents.has(event.eventId)) return;
    const others = [...customerEvents.values()].filter(({ customerId }) => customerId === event.customerId);
    const before = Math.max(0, ...others.map(({ sequence }) => sequence));
    checkSequence(this.model, event.customerId, { before, after: before + 1, added: [event] });
    customerEvents.set(event.eventId, event);
  }
}

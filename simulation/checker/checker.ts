// Sees everything that is carried out and holds it against the promises, at the moment when it happens.

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
} from '../../shared/adapters/cosmos/documents.ts';
import type { IssueDecision } from '../../shared/application/issue-liveness-session.ts';
import type { CorrelationRecord, EventRecord, SessionRecord } from '../../shared/application/records.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { JsonObject } from '../../local/cosmos/json.ts';
import type { Running } from '../engine/simulated-process.ts';
import type { CosmosOperation, CosmosWrite } from '../world/observe-cosmos.ts';
import { checkToken, type IssuedToken } from './blocking.ts';
import { checkAttempt, checkBudget, checkLost, checkOutstanding, checkWhose } from './budget.ts';
import { checkCounting, checkDevice } from './counting.ts';
import { checkFlagsStored, checkPublished, checkSequence } from './event-order.ts';
import { checkDeletion, checkHistoryKept, checkSuccessor } from './evidence.ts';
import { Model, type TokenRequest } from './model.ts';
import { checkClosing, checkOwner, checkSessionsLeft } from './owner.ts';
import { checkReplaced } from './replacing.ts';
import type { Story } from './story.ts';
import { checkDocumentsKept, checkMessageKept } from './versions.ts';

/** Which policies may be judging a customer now: one may be known a while after it was replaced. */
export interface PoliciesInForce {
  largestBudget(customerId: string): number;
  policy(customerId: string): Policy;
  isAudited(customerId: string): boolean;
}

export class Checker {
  readonly model = new Model();
  readonly #policies: PoliciesInForce;
  readonly #nowMs: () => number;

  constructor(policies: PoliciesInForce, nowMs: () => number) {
    this.#policies = policies;
    this.#nowMs = nowMs;
  }

  beginTokenRequest(request: Omit<TokenRequest, 'beganAt'>): TokenRequest {
    return { ...request, beganAt: this.model.next() };
  }

  /** An answer has reached its caller. */
  tokenRequestAnswered(request: TokenRequest, decision: IssueDecision): void {
    if (decision.kind === 'issued') this.#tokenAnswered(request, decision);
    else checkOwner(this.model, request, decision, this.#nowMs());
  }

  #tokenAnswered(request: TokenRequest, token: IssuedToken): void {
    this.model.answered.add(token.sessionId);
    const story = this.model.story(token.correlationId);
    const session = story.sessions.get(token.sessionId);
    if (session?.faceSessionId === undefined || session.state === 'reserved' || session.state === 'released') {
      this.model.breaks(
        'I5',
        `the token of ${token.sessionId} went out, its session is ${session?.state ?? 'missing'}`,
      );
    }
    checkWhose(this.model, request, story);
    checkToken(this.model, request, token, {
      policy: this.#policies.policy(request.customerId),
      nowMs: this.#nowMs(),
      isAudited: this.#policies.isAudited(request.customerId),
    });
  }

  cosmosCarriedOut(operation: CosmosOperation, write: CosmosWrite | undefined, who: Running | undefined): void {
    const moment = this.model.next();
    const request = who?.request as TokenRequest | undefined;
    if (request !== undefined && ['correlations', 'customers'].includes(operation.container)) {
      request.lastStepAt = moment;
    }
    if (write === undefined) return;
    checkDocumentsKept(this.model, write);
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
        this.#customerWritten(write.documents, moment, who);
        break;
    }
  }

  /** A device has made an attempt with a token. */
  attempted(sessionId: string, attemptId: number): void {
    checkAttempt(this.model, sessionId, attemptId);
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
  sent(destination: string, body: unknown): void {
    this.model.next();
    const message = body as Record<string, unknown>;
    if (destination === 'abuse-events') {
      checkPublished(this.model, String(message.id));
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
    const added: EventRecord[] = [];
    const reserved: SessionRecord[] = [];
    const revoked: SessionRecord[] = [];
    let history: { record: CorrelationRecord; ttl: unknown } | undefined;
    for (const document of documents) {
      switch (document.documentKind as string) {
        case 'history':
          history = { record: correlationDocuments.record(document), ttl: document.ttl };
          break;
        case 'attempt': {
          const entry = ledgerDocuments.record(document);
          if (story.ledger.has(entry.key)) this.model.breaks('I1', `${entry.key} was entered into the ledger twice`);
          story.ledger.set(entry.key, entry);
          checkDevice(this.model, story, entry);
          checkLost(this.model, story, entry);
          break;
        }
        case 'session': {
          const session = sessionDocuments.record(document);
          if (!story.sessions.has(session.sessionId)) reserved.push(session);
          if (session.state === 'released' && this.model.answered.has(session.sessionId)) {
            this.model.breaks('I3', `session ${session.sessionId} was released, and its token is in use`);
          }
          if (session.state === 'issued' && request !== undefined) request.issuedAt ??= moment;
          if (session.revoked === true && story.sessions.get(session.sessionId)?.revoked !== true)
            revoked.push(session);
          checkClosing(this.model, session);
          checkReplaced(this.model, session);
          story.sessions.set(session.sessionId, session);
          break;
        }
        case 'flag': {
          const flag = flagDocuments.record(document);
          story.flags.set(flag.flagId, flag);
          break;
        }
        case 'event': {
          const event = eventDocuments.record(document);
          if (!story.events.has(event.eventId)) added.push(event);
          story.events.set(event.eventId, event);
          break;
        }
      }
    }
    this.#judge(story, { added, reserved, revoked, history, moment });
  }

  #judge(
    story: Story,
    {
      added,
      reserved,
      revoked,
      history,
      moment,
    }: {
      added: EventRecord[];
      reserved: SessionRecord[];
      revoked: SessionRecord[];
      history: { record: CorrelationRecord; ttl: unknown } | undefined;
      moment: number;
    },
  ): void {
    const { model } = this;
    const before = story.record;
    const record = history?.record ?? before;
    if (record === undefined) {
      model.breaks('I1', `something of ${story.correlationId} was stored before its history`);
      return;
    }
    if (history !== undefined) {
      story.record = record;
      story.changes.push({ moment, record });
      checkHistoryKept(model, story, { before, after: record, ttl: history.ttl });
      if (before === undefined) checkSuccessor(model, story, record, this.#nowMs());
    }
    for (const session of reserved) {
      if (record.status === 'retired') model.breaks('I6', `${session.sessionId} was reserved for a retired id`);
    }
    for (const { type, data } of added) {
      if (type === 'correlation.reset') model.story(String(data.newCorrelationId)).predecessor = story;
    }
    checkFlagsStored(model, story, added);
    checkCounting(model, story, record);
    checkOutstanding(model, story, record);
    checkSessionsLeft(model, story, record, { revoked, nowMs: this.#nowMs() });
    checkSequence(model, story.correlationId, { before: before?.sequence ?? 0, after: record.sequence, added });
    for (const session of reserved) {
      checkBudget(model, story, session, this.#policies.largestBudget(session.customerId));
    }
  }

  #customerWritten(documents: readonly JsonObject[], moment: number, who: Running | undefined): void {
    const { model } = this;
    for (const document of documents) {
      if (document.documentKind === 'customer') {
        const record = customerDocuments.record(document);
        if (who !== undefined)
          model.breaks('I7', `the product itself has made ${record.customerId} ${record.eligibility}`);
        const known = model.customers.get(record.customerId) ?? [];
        model.customers.set(record.customerId, [...known, { moment, record }]);
      }
      if (document.documentKind === 'decision') {
        const { decisionId, doneAt } = decisionDocuments.record(document);
        model.decisions.set(decisionId, doneAt !== undefined);
      }
      if (document.documentKind !== 'event') continue;
      const event = customerEventDocuments.record(document);
      if (model.customerEvents.has(event.eventId)) continue;
      const numbers = [...model.customerEvents.values()].filter(({ customerId }) => customerId === event.customerId);
      const before = Math.max(0, ...numbers.map(({ sequence }) => sequence));
      checkSequence(model, event.customerId, { before, after: before + 1, added: [event] });
      model.customerEvents.set(event.eventId, { customerId: event.customerId, sequence: event.sequence });
    }
  }
}

// One correlation id behind the gate, as production keeps it: the reservation comes with the decision, each result is
// counted and judged, a crossing closes the sessions that it concerns, and an expired token is collected.

import { familiarDevices } from '../../shared/domain/channel.ts';
import type { AttemptJudged, Outcome, SessionClosed } from '../../shared/domain/events.ts';
import { decide, type GateDecision, type GateState } from '../../shared/domain/gate.ts';
import { foldEvent, newState } from '../../shared/domain/judged-state.ts';
import { type OutstandingSession, recordInOutstanding } from '../../shared/domain/outstanding.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import { blockOf } from '../../shared/domain/verdict.ts';
import { type Finding, judge } from '../../shared/domain/judge.ts';
import { ATTEMPTS_ALLOWED, TOKEN_TTL_SECONDS } from '../trace-writer.ts';

/** A result is read so long after the end of its token, so that a last try under way can end. */
const COLLECTED_AFTER_MS = 60 * MS_PER_SECOND;
const CUSTOMER_ID = 'customer-of-the-gate';

export type GateAnswer = Exclude<GateDecision, { kind: 'replace' }>;

export class GatedId {
  readonly policy: Policy;
  #state: GateState;

  constructor(correlationId: string, policy: Policy) {
    this.policy = policy;
    this.#state = { ...newState(correlationId), outstanding: [], carriedFailures: [] };
  }

  get state(): GateState {
    return this.#state;
  }

  /** What happens to the copy does not happen to this one. */
  copy(): GatedId {
    const copy = new GatedId(this.#state.correlationId, this.policy);
    copy.#state = this.#state;
    return copy;
  }

  /** Asks for a token, which is out if the answer is `issue`. */
  ask(sessionId: string, deviceKey: string, atMs: number): GateAnswer {
    this.collectExpired(atMs);
    const request = { deviceKey, attemptsWanted: ATTEMPTS_ALLOWED, attemptsFixed: true };
    for (;;) {
      const { decision, found } = decide(this.#state, this.policy, request, new Date(atMs));
      this.#latch(found, atMs);
      if (decision.kind === 'replace') {
        this.close(decision.sessionId, atMs);
        continue;
      }
      if (decision.kind === 'issue') this.#reserve(sessionId, deviceKey, decision.attemptsAllowed, atMs);
      return decision;
    }
  }

  /** `false` when the session can bring no more attempts: it was never issued, or has been closed or used up. */
  attempt(sessionId: string, outcome: Outcome, atMs: number): boolean {
    this.collectExpired(atMs);
    const session = this.#state.outstanding.find((open) => open.sessionId === sessionId);
    if (session === undefined || session.closedWith !== undefined || session.expiresAtMs <= atMs) return false;
    const result: AttemptJudged = {
      ...this.#eventOf(session, atMs),
      type: 'attempt',
      attemptId: session.recorded.length + 1,
      outcome,
    };
    this.#record(result);
    this.#latch(judge(this.#state, this.policy, outcome === 'real' ? 'result' : 'failure', atMs), atMs);
    return true;
  }

  /** Its result is read, and it gives back what it did not use. */
  close(sessionId: string, atMs: number): void {
    const session = this.#state.outstanding.find((open) => open.sessionId === sessionId);
    if (session === undefined) return;
    const closed: SessionClosed = {
      ...this.#eventOf(session, atMs),
      type: 'session.closed',
      attempts: session.recorded.length,
    };
    this.#record(closed);
  }

  collectExpired(nowMs: number): void {
    for (const { sessionId, expiresAtMs } of this.#state.outstanding) {
      if (expiresAtMs + COLLECTED_AFTER_MS <= nowMs) this.close(sessionId, expiresAtMs + COLLECTED_AFTER_MS);
    }
  }

  #reserve(sessionId: string, deviceKey: string, attemptsAllowed: number, atMs: number): void {
    const session: OutstandingSession = {
      sessionId,
      reservedAtMs: atMs,
      expiresAtMs: atMs + TOKEN_TTL_SECONDS * MS_PER_SECOND,
      attemptsAllowed,
      recorded: [],
      deviceKey,
    };
    const issued = {
      ...this.#eventOf(session, atMs),
      type: 'session.issued' as const,
      attemptsAllowed,
      tokenTtlSeconds: TOKEN_TTL_SECONDS,
    };
    this.#state = {
      ...this.#state,
      history: foldEvent(this.#state.history, issued, this.policy),
      outstanding: [...this.#state.outstanding, session],
    };
  }

  #record(event: AttemptJudged | SessionClosed): void {
    const { outstanding } = recordInOutstanding(this.#state.outstanding, event);
    this.#state = { ...this.#state, history: foldEvent(this.#state.history, event, this.policy), outstanding };
  }

  #latch(found: readonly Finding[], atMs: number): void {
    if (found.length === 0) return;
    this.#state = { ...this.#state, verdicts: [...this.#state.verdicts, ...found.map(({ verdict }) => verdict)] };
    const block = blockOf(this.#state.verdicts, atMs);
    if (block === undefined) return;
    const familiar = familiarDevices(this.#state.history, this.policy, atMs);
    for (const { sessionId, deviceKey = '' } of this.#state.outstanding) {
      if (block.scope === 'correlation' || !familiar.has(deviceKey)) this.close(sessionId, atMs);
    }
  }

  #eventOf({ sessionId, deviceKey }: OutstandingSession, atMs: number) {
    const { correlationId } = this.#state;
    return { atMs, customerId: CUSTOMER_ID, correlationId, sessionId, ...(deviceKey !== undefined && { deviceKey }) };
  }
}

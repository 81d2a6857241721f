// Writes events of sessions down. The period ends as a recording ends: what would come later is not in it.

import type { Outcome, OutcomeReason } from '../shared/domain/events.ts';
import { PERIOD_END_MS } from './period.ts';
import type { TraceEvent } from './trace.ts';

/** Who asks, and from where. */
export interface Client {
  correlationId: string;
  deviceKey: string;
  appVersion: string;
}

export interface OpenSession {
  client: Client;
  sessionId: string;
  issuedAtMs: number;
}

/** What Face v1.2 gives: three attempts, which cannot be set, within ten minutes. */
export const ATTEMPTS_ALLOWED = 3;
export const TOKEN_TTL_SECONDS = 600;

export class TraceWriter {
  readonly events: TraceEvent[] = [];
  readonly #customerId: string;
  readonly #endMs: number;
  #sessions = 0;

  constructor(customerId: string, endMs = PERIOD_END_MS) {
    this.#customerId = customerId;
    this.#endMs = endMs;
  }

  issue(client: Client, atMs: number): OpenSession {
    this.#sessions += 1;
    const issuedAtMs = Math.round(atMs);
    const { correlationId, deviceKey, appVersion } = client;
    const sessionId = `${correlationId}.${this.#sessions.toString(36)}`;
    if (issuedAtMs < this.#endMs) {
      this.events.push({
        type: 'session.issued',
        atMs: issuedAtMs,
        customerId: this.#customerId,
        correlationId,
        sessionId,
        deviceKey,
        appVersion,
        attemptsAllowed: ATTEMPTS_ALLOWED,
        tokenTtlSeconds: TOKEN_TTL_SECONDS,
      });
    }
    return { client, sessionId, issuedAtMs };
  }

  /** `undefined` when the period is over. */
  attempt(
    { client, sessionId }: OpenSession,
    attemptId: number,
    atMs: number,
    outcome: Outcome,
    reason?: OutcomeReason,
  ): TraceEvent | undefined {
    if (Math.round(atMs) >= this.#endMs) return undefined;
    const { correlationId, deviceKey, appVersion } = client;
    const event: TraceEvent = {
      type: 'attempt',
      atMs: Math.round(atMs),
      customerId: this.#customerId,
      correlationId,
      sessionId,
      deviceKey,
      appVersion,
      attemptId,
      outcome,
    };
    if (reason !== undefined) event.reason = reason;
    this.events.push(event);
    return event;
  }

  abandon({ client, sessionId }: OpenSession, atMs: number): void {
    if (Math.round(atMs) >= this.#endMs) return;
    const { correlationId, deviceKey, appVersion } = client;
    this.events.push({
      type: 'session.abandoned',
      atMs: Math.round(atMs),
      customerId: this.#customerId,
      correlationId,
      sessionId,
      deviceKey,
      appVersion,
    });
  }
}

import type { IdempotencyKeys, IdempotentStart } from '../../application/ports.ts';

interface Request {
  bodyHash: string;
  startedAtMs: number;
  /** Of the latest request that ended with a token, also while a repetition is under way. */
  sessionId?: string;
}

const BROKEN_OFF_AFTER_MS = 60_000;

export class MemoryIdempotencyKeys implements IdempotencyKeys {
  readonly #requests = new Map<string, Request>();

  start(clientKey: string, requestKey: string, bodyHash: string, now: Date): Promise<IdempotentStart> {
    const key = keyOf(clientKey, requestKey);
    const earlier = this.#requests.get(key);
    if (earlier !== undefined && earlier.bodyHash !== bodyHash) return Promise.resolve({ kind: 'other-body' });
    const isUnderWay = earlier !== undefined && now.getTime() - earlier.startedAtMs < BROKEN_OFF_AFTER_MS;
    if (isUnderWay) return Promise.resolve({ kind: 'in-progress' });

    this.#requests.set(key, { ...earlier, bodyHash, startedAtMs: now.getTime() });
    const sessionId = earlier?.sessionId;
    return Promise.resolve(sessionId === undefined ? { kind: 'first' } : { kind: 'repeated', sessionId });
  }

  finish(clientKey: string, requestKey: string, bodyHash: string, sessionId: string): Promise<void> {
    this.#requests.set(keyOf(clientKey, requestKey), { bodyHash, startedAtMs: 0, sessionId });
    return Promise.resolve();
  }

  forget(clientKey: string, requestKey: string): Promise<void> {
    this.#requests.delete(keyOf(clientKey, requestKey));
    return Promise.resolve();
  }
}

const keyOf = (clientKey: string, requestKey: string): string => JSON.stringify([clientKey, requestKey]);

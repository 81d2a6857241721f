// A request with an `Idempotency-Key` gets one token at a time, however often it is repeated.

import type { JsonObject } from '../../local/cosmos/json.ts';
import type { Model, TokenRequest } from './model.ts';

/** A key has been tied to its session, or to a request that is under way. */
export const keyWritten = (model: Model, document: JsonObject, request: TokenRequest | undefined): void => {
  const key = `${document.clientKey as string} ${document.id as string}`;
  if (request !== undefined) request.key = key;
  const sessions = model.sessionsOfKeys.get(key) ?? new Set<string>();
  model.sessionsOfKeys.set(key, sessions);
  if (typeof document.sessionId === 'string') sessions.add(document.sessionId);
};

/**
 * I5: a repetition finds the session of the token that went out. Those whose token had reached somebody when it began have
 * ended by then; of two at once, each may take the other for broken off while the clocks of their processes differ.
 */
export const checkKey = (model: Model, { name, key, beganAt }: TokenRequest, sessionId: string): void => {
  if (key === undefined) return;
  const sessions = [...(model.sessionsOfKeys.get(key) ?? [])];
  const number = sessions.indexOf(sessionId);
  if (number < 0) {
    model.breaks('I5', `the token of ${sessionId} went out, and the key of its request does not lead to it`);
  }
  for (const earlier of sessions.slice(0, Math.max(0, number))) {
    const { state, result } = model.session(earlier) ?? {};
    const wasKnown = (model.answered.get(earlier) ?? Infinity) < beganAt;
    if (!wasKnown || state === 'released' || result !== undefined) continue;
    model.breaks('answers', `${name} got another token under its key, and ${earlier} goes on`);
  }
};

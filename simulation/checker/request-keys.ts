// A request with an `Idempotency-Key` gets one token at a time, however often it is repeated.

import type { JsonObject } from '../../local/cosmos/json.ts';
import type { Model, TokenRequest } from './model.ts';

/** A key has been tied to its session, or to a request that is under way. */
export const keyWritten = (model: Model, document: JsonObject, request: TokenRequest | undefined): void => {
  const key = `${document.clientKey as string} ${document.id as string}`;
  if (request !== undefined) request.key = key;
  const sessions = model.sessionsOfKeys.get(key) ?? [];
  model.sessionsOfKeys.set(key, sessions);
  const { sessionId } = document;
  if (typeof sessionId === 'string' && sessions.at(-1) !== sessionId) sessions.push(sessionId);
};

/**
 * I5: a repetition finds the session of the token that went out. The one that the key led to before has ended by then, if
 * its token had reached somebody when the request began; of two at once, each may take the other for broken off while the
 * clocks of their processes differ.
 */
export const checkKey = (model: Model, { name, key, beganAt }: TokenRequest, sessionId: string): void => {
  if (key === undefined) return;
  const sessions = model.sessionsOfKeys.get(key) ?? [];
  const number = sessions.lastIndexOf(sessionId);
  if (number < 0) {
    model.breaks('I5', `the token of ${sessionId} went out, and the key of its request does not lead to it`);
  }
  const before = sessions[number - 1];
  if (before === undefined || (model.answered.get(before) ?? Infinity) > beganAt) return;
  const { state, result } = model.session(before) ?? {};
  if (state !== 'released' && result === undefined) {
    model.breaks('answers', `${name} got another token under its key, and ${before} goes on`);
  }
};

// A token is good for as long as its caller was told, unless somebody takes it back; and it is taken back for a new one
// only while nobody has begun to use it.

import type { SessionRecord } from '../../shared/application/records.ts';
import type { Model } from './model.ts';

/** Somebody may begin between the look and the end, so what counts is that it was once seen unused. */
export const checkReplaced = (model: Model, { sessionId, faceSessionId, result }: SessionRecord): void => {
  // What Face has forgotten is no longer in use, whatever was done with it.
  if (result?.cause !== 'replaced' || result.lost === true || faceSessionId === undefined) return;
  const attempts = model.faceSessions.get(faceSessionId)?.attemptsReadFirst ?? 0;
  if (attempts > 0)
    model.breaks('answers', `session ${sessionId} was replaced, and ${attempts} attempts were made in it`);
};

export const checkExpired = (model: Model, { sessionId, expiresAt, revoked, result }: SessionRecord): void => {
  if (result?.cause !== 'expired' || revoked === true || result.readAt >= expiresAt) return;
  const seconds = Math.ceil((expiresAt.getTime() - result.readAt.getTime()) / 1000);
  model.breaks('answers', `session ${sessionId} was ended as expired ${seconds} s before its token was`);
};

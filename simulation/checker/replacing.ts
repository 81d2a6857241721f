// A new token may take the place of one that nobody has begun to use, never of one in use.

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

// Nobody is told that they have passed who has not, and nobody is taken for a forger who is none.

import type { Model } from './model.ts';

/** `key`: of the attempt that decides. `digest`: what the client claims to have seen of it. */
export const checkPassed = (model: Model, key: string, digest: string | undefined): void => {
  const attempt = model.attempted.get(key);
  if (attempt?.isPass !== true) {
    model.breaks('answers', `somebody was told to have passed in ${key}, and has not`);
  } else if (digest !== undefined && digest !== attempt.digest) {
    model.breaks('answers', `somebody was told to have passed in ${key}, with a digest that is not its own`);
  }
};

/** Whether a client has claimed a digest for its session that is not the one of this attempt. */
export const isForged = (model: Model, sessionId: string, attemptId: number): boolean => {
  const { digest } = model.attempted.get(`${sessionId}/${attemptId}`) ?? {};
  return [...(model.reportedDigests.get(sessionId) ?? [])].some((reported) => reported !== digest);
};

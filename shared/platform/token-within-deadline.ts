import type { TokenCredential } from '@azure/core-auth';

/** No call shall wait longer for its token than the gate may wait for all of an answer. */
const DEADLINE_MS = 2000;

/** The credential of a managed identity repeats by itself, for longer than any caller waits. */
export const tokenWithinDeadline = (credential: TokenCredential): TokenCredential => ({
  getToken: async (scopes, options) => {
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('no token came in time')), DEADLINE_MS);
    try {
      return await Promise.race([credential.getToken(scopes, options), timedOut]);
    } finally {
      clearTimeout(timer);
    }
  },
});

import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type { Clock } from '../application/ports.ts';

const RENEWED_BEFORE_END_MS = 5 * 60_000;
/** After a renewal that failed. */
const RENEWED_AGAIN_AFTER_MS = 10_000;

interface Remembered {
  token: AccessToken;
  renewFromMs: number;
}

/** Remembers one token for each scope. A renewal that fails is noticed only once the old token is over. */
export const rememberedTokens = (credential: TokenCredential, clock: Clock): TokenCredential => {
  const tokens = new Map<string, Remembered>();

  return {
    getToken: async (scopes) => {
      const scope = [scopes].flat().join(' ');
      const remembered = tokens.get(scope);
      const nowMs = clock.now().getTime();
      if (remembered !== undefined && nowMs < remembered.renewFromMs) return remembered.token;
      try {
        const token = await credential.getToken(scopes);
        if (token === null) throw new Error('no token was given');
        const renewFromMs = token.refreshAfterTimestamp ?? token.expiresOnTimestamp - RENEWED_BEFORE_END_MS;
        tokens.set(scope, { token, renewFromMs });
        return token;
      } catch (error) {
        if (remembered === undefined || remembered.token.expiresOnTimestamp <= clock.now().getTime()) throw error;
        tokens.set(scope, { ...remembered, renewFromMs: nowMs + RENEWED_AGAIN_AFTER_MS });
        return remembered.token;
      }
    },
  };
};

import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type { Clock } from '../application/ports.ts';

const RENEWED_BEFORE_END_MS = 5 * 60_000;
/** After a renewal that failed. */
const RENEWED_AGAIN_AFTER_MS = 10_000;
/** A token with less life than this may be over before the call that carries it arrives. */
const LEAST_LIFE_MS = 15_000;

interface Remembered {
  token: AccessToken;
  renewFromMs: number;
}

/**
 * Remembers one token for each scope. While the old one is good nobody waits for a new one: an identity that answers late,
 * or not at all, is noticed only once the old token is over.
 */
export const rememberedTokens = (credential: TokenCredential, clock: Clock): TokenCredential => {
  const tokens = new Map<string, Remembered>();
  const renewals = new Map<string, Promise<AccessToken>>();

  return {
    getToken: async (scopes) => {
      const scope = [scopes].flat().join(' ');
      const remembered = tokens.get(scope);
      const nowMs = clock.now().getTime();
      const isGood = remembered !== undefined && nowMs + LEAST_LIFE_MS < remembered.token.expiresOnTimestamp;
      if (isGood && nowMs < remembered.renewFromMs) return remembered.token;

      const renewal = renewals.get(scope) ?? renew(scope, scopes);
      if (!isGood) return renewal;
      // Should it fail, whoever needs a token asks again.
      renewal.catch(() => undefined);
      return remembered.token;
    },
  };

  function renew(scope: string, scopes: string | string[]): Promise<AccessToken> {
    const renewal = askFor(scope, scopes).finally(() => renewals.delete(scope));
    renewals.set(scope, renewal);
    return renewal;
  }

  async function askFor(scope: string, scopes: string | string[]): Promise<AccessToken> {
    try {
      const token = await credential.getToken(scopes);
      if (token === null) throw new Error('no token was given');
      const renewFromMs = token.refreshAfterTimestamp ?? token.expiresOnTimestamp - RENEWED_BEFORE_END_MS;
      tokens.set(scope, { token, renewFromMs });
      return token;
    } catch (error) {
      const remembered = tokens.get(scope);
      const renewFromMs = clock.now().getTime() + RENEWED_AGAIN_AFTER_MS;
      if (remembered !== undefined) tokens.set(scope, { ...remembered, renewFromMs });
      throw error;
    }
  }
};

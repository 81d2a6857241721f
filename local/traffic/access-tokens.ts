// Access tokens of client applications, kept as long as they are good: they live an hour, and a day passes.

import type { LocalIdentity } from '../identity/start-identity.ts';

const KEPT_FOR_MS = 50 * 60_000;

export const keepAccessTokens = (
  identity: Pick<LocalIdentity, 'appToken'>,
): ((clientId: string) => Promise<string>) => {
  const kept = new Map<string, { token: Promise<string>; untilMs: number }>();
  return (clientId) => {
    const found = kept.get(clientId);
    if (found !== undefined && Date.now() < found.untilMs) return found.token;
    const token = identity.appToken(clientId);
    kept.set(clientId, { token, untilMs: Date.now() + KEPT_FOR_MS });
    return token;
  };
};

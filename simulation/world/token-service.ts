// What gives the product its tokens, and tells the services which of them are good.

import type { TokenCredential } from '@azure/core-auth';
import type { Random } from '../../evaluation/random.ts';
import type { Network } from '../engine/network.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';

/** Short, so that every run renews them. */
const LIFE_SECONDS = [150, 300] as const;
/** A credential gives out what it has for as long as that still lives this long. */
const RENEWED_BEFORE_END_MS = 120_000;

export class TokenService {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #network: Network;
  readonly #endsAtMs = new Map<string, number>();

  constructor(parts: { time: VirtualTime; random: Random; network: Network }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#network = parts.network;
  }

  isGood(token: string): boolean {
    return this.#time.nowMs < (this.#endsAtMs.get(token) ?? -Infinity);
  }

  /** Of one process: like a managed identity's, it remembers a token for each scope and asks again shortly before its end. */
  credential(): TokenCredential {
    const known = new Map<string, { token: string; expiresOnTimestamp: number }>();
    return {
      getToken: async (scopes) => {
        const scope = [scopes].flat().join(' ');
        const remembered = known.get(scope);
        if (remembered !== undefined && Date.now() < remembered.expiresOnTimestamp - RENEWED_BEFORE_END_MS) {
          return remembered;
        }
        const token = await this.#network.call('token', `Get ${scope}`, () => Promise.resolve(this.#issue()), {
          connectionLost: unreachable,
          throttled: () => {
            throw unreachable();
          },
        });
        known.set(scope, token);
        return token;
      },
    };
  }

  #issue(): { token: string; expiresOnTimestamp: number } {
    const token = `token-${this.#endsAtMs.size + 1}`;
    const expiresOnTimestamp = this.#time.nowMs + 1000 * this.#random.whole(...LIFE_SECONDS);
    this.#endsAtMs.set(token, expiresOnTimestamp);
    return { token, expiresOnTimestamp };
  }
}

/** As the credential of a managed identity says it. */
const unreachable = (): Error =>
  Object.assign(new Error('ManagedIdentityCredential: Network unreachable.'), { name: 'CredentialUnavailableError' });

// What gives the product its tokens, and tells the services which of them are good.

import type { TokenCredential } from '@azure/core-auth';
import type { Random } from '../../evaluation/random.ts';
import type { Network } from '../engine/network.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';

/** Short, so that every run renews them, and some live through the end of one. */
const LIFE_SECONDS = [150, 300] as const;
/** The broker's client renews two minutes before the end, and at once when less is left. */
const LIFE_AT_BROKER_SECONDS = [300, 600] as const;
const BROKER_SCOPE = 'servicebus';
/** Of its life, when a token is to be renewed. */
const RENEWED_AFTER = 0.5;

interface GivenToken {
  token: string;
  expiresOnTimestamp: number;
  refreshAfterTimestamp: number;
}

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
    const known = new Map<string, GivenToken>();
    return {
      getToken: async (scopes) => {
        const scope = [scopes].flat().join(' ');
        const remembered = known.get(scope);
        if (remembered !== undefined && Date.now() < remembered.refreshAfterTimestamp) return remembered;
        const token = await this.#network.call('token', `Get ${scope}`, () => Promise.resolve(this.#issue(scope)), {
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

  #issue(scope: string): GivenToken {
    const token = `token-${this.#endsAtMs.size + 1}`;
    const [least, most] = scope.includes(BROKER_SCOPE) ? LIFE_AT_BROKER_SECONDS : LIFE_SECONDS;
    const lifeMs = 1000 * this.#random.whole(least, most);
    const { nowMs } = this.#time;
    this.#endsAtMs.set(token, nowMs + lifeMs);
    return { token, expiresOnTimestamp: nowMs + lifeMs, refreshAfterTimestamp: nowMs + RENEWED_AFTER * lifeMs };
  }
}

/** As the credential of a managed identity says it. */
const unreachable = (): Error =>
  Object.assign(new Error('ManagedIdentityCredential: Network unreachable.'), { name: 'CredentialUnavailableError' });

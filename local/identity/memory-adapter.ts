// Where oidc-provider keeps sign-ins and codes under way. They are short-lived: a restart means signing in again.

import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  expiresAt: number;
}

export const makeAdapterFactory = (): ((model: string) => Adapter) => {
  const entries = new Map<string, Entry>();
  return (model) => new MemoryAdapter(model, entries);
};

class MemoryAdapter implements Adapter {
  readonly #model: string;
  readonly #entries: Map<string, Entry>;

  constructor(model: string, entries: Map<string, Entry>) {
    this.#model = model;
    this.#entries = entries;
  }

  upsert(id: string, payload: AdapterPayload, expiresInSeconds = Infinity): Promise<void> {
    this.#entries.set(this.#key(id), { payload, expiresAt: Date.now() + expiresInSeconds * 1000 });
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    const entry = this.#entries.get(this.#key(id));
    if (entry === undefined || entry.expiresAt > Date.now()) return Promise.resolve(entry?.payload);
    this.#entries.delete(this.#key(id));
    return Promise.resolve(undefined);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const now = Date.now();
    const found = this.#ofModel().find(({ payload, expiresAt }) => payload.uid === uid && expiresAt > now);
    return Promise.resolve(found?.payload);
  }

  /** Only the device flow asks, which is off. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  consume(id: string): Promise<void> {
    const entry = this.#entries.get(this.#key(id));
    if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#entries.delete(this.#key(id));
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of this.#entries) if (payload.grantId === grantId) this.#entries.delete(key);
    return Promise.resolve();
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  #ofModel(): Entry[] {
    return Array.from(this.#entries)
      .filter(([key]) => key.startsWith(`${this.#model}:`))
      .map(([, entry]) => entry);
  }
}

import type { Versioned } from '../../application/records.ts';

/** Records by key, each with the version of its last write. */
export class VersionedMap<T extends object> {
  readonly #entries = new Map<string, Versioned<T>>();
  #writes = 0;

  find(key: string): Versioned<T> | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  all(): Versioned<T>[] {
    return [...this.#entries.values()];
  }

  records(): T[] {
    return this.all().map(({ record }) => record);
  }

  /** The version that it has now. */
  put(key: string, record: T): string {
    this.#writes += 1;
    const version = `v${this.#writes}`;
    this.#entries.set(key, { record: frozen(record), version });
    return version;
  }

  /** False when there is one already. */
  create(key: string, record: T): boolean {
    if (this.has(key)) return false;
    this.put(key, record);
    return true;
  }

  /** False when it changed since the version, or is gone. */
  replace(key: string, record: T, version: string): boolean {
    if (this.find(key)?.version !== version) return false;
    this.put(key, record);
    return true;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}

/** Nobody may change what is stored by changing what was read: with a real store that would go unnoticed. */
const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};

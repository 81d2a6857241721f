import type { EndUsers } from '../../application/ports.ts';
import type { EndUserRecord, Versioned } from '../../application/records.ts';
import { VersionedMap } from './versioned-map.ts';

export class MemoryEndUsers implements EndUsers {
  readonly #endUsers = new VersionedMap<EndUserRecord>();

  find(endUserKey: string): Promise<Versioned<EndUserRecord> | undefined> {
    return Promise.resolve(this.#endUsers.find(endUserKey));
  }

  findNewest(endUserKey: string): Promise<Versioned<EndUserRecord> | undefined> {
    return Promise.resolve(this.#endUsers.find(endUserKey));
  }

  create(record: EndUserRecord): Promise<boolean> {
    return Promise.resolve(this.#endUsers.create(record.endUserKey, record));
  }

  replace({ record, version }: Versioned<EndUserRecord>): Promise<boolean> {
    return Promise.resolve(this.#endUsers.replace(record.endUserKey, record, version));
  }
}

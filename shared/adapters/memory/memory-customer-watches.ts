import type { CustomerWatches } from '../../application/ports.ts';
import type { Versioned } from '../../application/records.ts';
import { type CustomerWatchChange, type CustomerWatchRecord, newWatchRecord } from '../../application/watch-records.ts';
import type { MemoryCustomerEvents } from './memory-customer-events.ts';
import { VersionedMap } from './versioned-map.ts';

const PAGE_SIZE = 20;

export class MemoryCustomerWatches implements CustomerWatches {
  readonly #customerEvents: MemoryCustomerEvents;
  readonly #watches = new VersionedMap<CustomerWatchRecord>();

  constructor(customerEvents: MemoryCustomerEvents) {
    this.#customerEvents = customerEvents;
  }

  find(customerId: string): Promise<Versioned<CustomerWatchRecord> | undefined> {
    return Promise.resolve(this.#watches.find(customerId));
  }

  markDue(customerId: string, dueAt: Date): Promise<void> {
    const known = this.#watches.find(customerId)?.record;
    if (known === undefined) {
      this.#watches.create(customerId, newWatchRecord(customerId, dueAt));
    } else if (known.dueAt === undefined || known.dueAt > dueAt) {
      this.#watches.put(customerId, { ...known, dueAt });
    }
    return Promise.resolve();
  }

  postpone(customerId: string, dueAt: Date): Promise<void> {
    const known = this.#watches.find(customerId)?.record;
    if (known !== undefined) this.#watches.put(customerId, { ...known, dueAt });
    return Promise.resolve();
  }

  save({ record, version, raised }: CustomerWatchChange): Promise<boolean> {
    const { customerId } = record;
    if (this.#watches.find(customerId)?.version !== version) return Promise.resolve(false);
    if (raised !== undefined && !this.#customerEvents.mayRaise(customerId, raised)) return Promise.resolve(false);
    this.#watches.put(customerId, structuredClone(record));
    if (raised !== undefined) this.#customerEvents.raise(customerId, raised);
    return Promise.resolve(true);
  }

  due(now: Date): Promise<string[]> {
    const due = this.#watches.records().filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    return Promise.resolve(due.slice(0, PAGE_SIZE).map(({ customerId }) => customerId));
  }
}

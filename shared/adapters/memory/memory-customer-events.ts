import type { CustomerEventRecord, EventSequence, RaisedEvents } from '../../application/customer-events.ts';
import type { CustomerEvents } from '../../application/ports.ts';
import { VersionedMap } from './versioned-map.ts';

const PAGE_SIZE = 20;

/** Shared by the memory stores that change something about a customer, as the real ones share a partition. */
export class MemoryCustomerEvents implements CustomerEvents {
  readonly #sequences = new VersionedMap<{ newest: number }>();
  readonly #events = new VersionedMap<CustomerEventRecord>();

  sequence(customerId: string): Promise<EventSequence> {
    const found = this.#sequences.find(customerId);
    return Promise.resolve(found === undefined ? { newest: 0 } : { ...found.record, version: found.version });
  }

  dueEvents(now: Date): Promise<CustomerEventRecord[]> {
    const due = this.#events.records().filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    return Promise.resolve(due.slice(0, PAGE_SIZE));
  }

  markPublished(customerId: string, eventIds: readonly string[]): Promise<void> {
    for (const eventId of eventIds) {
      const key = keyOf(customerId, eventId);
      const record = this.#events.find(key)?.record;
      if (record?.dueAt === undefined) continue;
      const { dueAt: _published, ...rest } = record;
      this.#events.put(key, rest);
    }
    return Promise.resolve();
  }

  /** Whether a change may raise them; a store asks before it changes anything. */
  mayRaise(customerId: string, { after }: RaisedEvents): boolean {
    return this.#sequences.find(customerId)?.version === after.version;
  }

  raise(customerId: string, { after, events }: RaisedEvents): void {
    this.#sequences.put(customerId, { newest: after.newest + events.length });
    for (const event of events) this.#events.put(keyOf(customerId, event.eventId), event);
  }

  /** Everything that was ever raised about one customer, for tests to look at. */
  eventsOf(customerId: string): CustomerEventRecord[] {
    return this.#events.records().filter((event) => event.customerId === customerId);
  }
}

const keyOf = (customerId: string, eventId: string): string => JSON.stringify([customerId, eventId]);

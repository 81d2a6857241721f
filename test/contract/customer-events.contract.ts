import { randomUUID } from 'node:crypto';
import { raiseEvents, type CustomerEventRecord, type RaisedEvents } from '../../shared/application/customer-events.ts';
import type { CustomerEvents } from '../../shared/application/ports.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const whenDue = secondsAfter(now, 30);
const told = { type: 'customer.enforcement-changed', data: { enforced: true, because: 'decided' } } as const;
const randomness = { uuid: randomUUID, bytes: (count: number) => new Uint8Array(count) };

interface Store {
  customerEvents: CustomerEvents;
  /** What a store does within the batch of its change; false when another write came first. */
  raise: (customerId: string, raised: RaisedEvents) => Promise<boolean>;
}

/** `make` gives an empty store. */
export const customerEventsContract = (make: () => Promise<Store>): void => {
  const next = async ({ customerEvents }: Store, customerId: string, count = 1): Promise<RaisedEvents> => {
    const after = await customerEvents.sequence(customerId);
    return raiseEvents(customerId, after, Array<typeof told>(count).fill(told), now, randomness);
  };
  const numbersOf = (events: readonly CustomerEventRecord[]) => events.map(({ sequence }) => sequence).sort();

  it('counts from one, without gaps, for each customer apart', async () => {
    const store = await make();
    expect(await store.customerEvents.sequence('contoso')).toEqual({ newest: 0 });

    expect(await store.raise('contoso', await next(store, 'contoso', 2))).toBe(true);
    expect(await store.raise('fabrikam', await next(store, 'fabrikam'))).toBe(true);
    expect(await store.raise('contoso', await next(store, 'contoso'))).toBe(true);

    expect(await store.customerEvents.sequence('contoso')).toMatchObject({ newest: 3 });
    const due = await store.customerEvents.dueEvents(whenDue);
    expect(numbersOf(due.filter(({ customerId }) => customerId === 'contoso'))).toEqual([1, 2, 3]);
    expect(numbersOf(due.filter(({ customerId }) => customerId === 'fabrikam'))).toEqual([1]);
  });

  it.each([0, 1])('lets one of two that raise at once have the number, after %i events', async (before) => {
    const store = await make();
    for (let raised = 0; raised < before; raised += 1) await store.raise('contoso', await next(store, 'contoso'));
    const [mine, theirs] = [await next(store, 'contoso'), await next(store, 'contoso')];

    expect(await store.raise('contoso', mine)).toBe(true);
    expect(await store.raise('contoso', theirs)).toBe(false);

    expect(numbersOf(await store.customerEvents.dueEvents(whenDue))).toEqual(before === 0 ? [1] : [1, 2]);
  });

  it('shows the events as they were raised, from the moment at which they are due', async () => {
    const store = await make();
    const raised = await next(store, 'contoso');
    await store.raise('contoso', raised);

    expect(await store.customerEvents.dueEvents(secondsAfter(now, 29))).toEqual([]);
    expect(await store.customerEvents.dueEvents(whenDue)).toEqual(raised.events);
  });

  it('shows no event that is published; publishing it again changes nothing', async () => {
    const store = await make();
    const raised = await next(store, 'contoso', 2);
    await store.raise('contoso', raised);
    const [first, second] = raised.events;

    await store.customerEvents.markPublished('contoso', [first!.eventId]);
    await store.customerEvents.markPublished('contoso', [first!.eventId, 'an-event-that-is-gone']);

    expect(await store.customerEvents.dueEvents(whenDue)).toEqual([second]);
  });
};

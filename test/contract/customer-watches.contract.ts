import { raiseEvents } from '../../shared/application/customer-events.ts';
import type { CustomerEvents, CustomerWatches } from '../../shared/application/ports.ts';
import type { CustomerWatchRecord } from '../../shared/application/watch-records.ts';
import type { Versioned } from '../../shared/application/records.ts';
import { newWatch, observe } from '../../shared/domain/incidents/customer-watch.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { countedRandomness } from '../support/counted-randomness.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const told = { type: 'incident.opened', data: { incidentId: 'incident' } } as const;

/** `make` gives an empty store. */
export const customerWatchesContract = (
  make: () => Promise<{ watches: CustomerWatches; customerEvents: CustomerEvents }>,
): void => {
  const marked = async (watches: CustomerWatches): Promise<Versioned<CustomerWatchRecord>> => {
    await watches.markDue('contoso', now);
    return (await watches.find('contoso'))!;
  };

  it('finds no watch of a customer at which nothing was observed', async () => {
    const { watches } = await make();

    expect(await watches.find('contoso')).toBeUndefined();
    await watches.postpone('contoso', now);
    expect(await watches.find('contoso')).toBeUndefined();
  });

  it('makes a watch that has counted nothing when a customer is marked for the first time', async () => {
    const { watches } = await make();

    await Promise.all([watches.markDue('contoso', now), watches.markDue('contoso', now)]);

    const { record } = (await watches.find('contoso'))!;
    expect(record).toMatchObject({ customerId: 'contoso', watch: newWatch('contoso'), dueAt: now });
    expect(record.countedUntil.getTime()).toBeLessThan(now.getTime() - 3_600_000);
  });

  it('marks a customer for the earliest moment, and puts one off for a later one', async () => {
    const { watches } = await make();
    await marked(watches);

    await watches.markDue('contoso', secondsAfter(now, 1));
    expect(await watches.due(now)).toEqual(['contoso']);
    await watches.markDue('contoso', secondsAfter(now, -1));
    expect(await watches.due(secondsAfter(now, -1))).toEqual(['contoso']);

    await watches.postpone('contoso', secondsAfter(now, 60));
    expect(await watches.due(secondsAfter(now, 59))).toEqual([]);
    expect(await watches.due(secondsAfter(now, 60))).toEqual(['contoso']);
  });

  it('gives back what was saved, and is not due any more when there is no reason', async () => {
    const { watches } = await make();
    const { version } = await marked(watches);
    const watch = newWatch('contoso');
    for (let check = 0; check < 30; check += 1) {
      const observation = { key: `${check}`, customerId: 'contoso', atMs: now.getTime(), outcome: 'spoof' } as const;
      observe(watch, { kind: 'first-check', ...observation }, defaultPolicy);
    }
    const record = { customerId: 'contoso', watch, countedUntil: now };

    expect(await watches.save({ record, version })).toBe(true);

    expect((await watches.find('contoso'))?.record).toEqual(record);
    expect(await watches.due(secondsAfter(now, 3600))).toEqual([]);
    await watches.markDue('contoso', secondsAfter(now, 60));
    expect(await watches.due(secondsAfter(now, 60))).toEqual(['contoso']);
  });

  it('saves nothing when another write, or a mark, came first', async () => {
    const { watches } = await make();
    const { record, version } = await marked(watches);

    const saved = await Promise.all([watches.save({ record, version }), watches.save({ record, version })]);
    expect(saved.toSorted()).toEqual([false, true]);

    const again = (await watches.find('contoso'))!;
    await watches.markDue('contoso', secondsAfter(now, -60));
    expect(await watches.save(again)).toBe(false);
    expect((await watches.find('contoso'))?.record.dueAt).toEqual(secondsAfter(now, -60));
  });

  it('stores the events with the watch, or neither', async () => {
    const { watches, customerEvents } = await make();
    const { record, version } = await marked(watches);
    const sequence = await customerEvents.sequence('contoso');
    const raised = raiseEvents('contoso', sequence, [told], now, countedRandomness());
    const countedUntil = secondsAfter(now, 60);

    expect(await watches.save({ record, version, raised })).toBe(true);
    expect(await customerEvents.dueEvents(secondsAfter(now, 60))).toEqual(raised.events);

    const next = (await watches.find('contoso'))!;
    const late = { record: { ...next.record, countedUntil }, version: next.version, raised };
    expect(await watches.save(late)).toBe(false);
    expect((await watches.find('contoso'))?.record).toEqual(record);
  });
};

// What it costs to count what is newly observed at a customer, however much was observed before.

import type { Observation } from '../../shared/domain/observations.ts';
import { dayOf, MS_PER_HOUR } from '../../shared/domain/time.ts';
import { PERIOD_END_MS } from '../period.ts';
import { askedFigures, ratioFigures } from './detect-sweep.ts';
import type { Figure } from './figure.ts';
import { correlationIdFor } from './stored-form.ts';
import { type Asked, openSweepWorld, type SweepWorld } from './sweep-world.ts';

const FEW_STORED = 1000;
const MANY_STORED = 100_000;
const NEW = 40;
/** Still one page: the model of charges counts for each page of a sorted query all that is left of it. */
const MORE_NEW = 400;

const MOST_GROWTH_WITH_STORED = 1.2;
const MOST_GROWTH_WITH_NEW = (1.2 * MORE_NEW) / NEW;

const CUSTOMER = 'customer';
/** Everything is observed on one day, so that all of it lies in a partition that the sweep asks. */
const MORNING_MS = PERIOD_END_MS + 6 * MS_PER_HOUR;
const NOON = new Date(PERIOD_END_MS + 12 * MS_PER_HOUR);

export const measureWatchSweep = async (): Promise<Figure[]> => {
  const world = await openSweepWorld(NOON);
  try {
    const customer = await observedCustomer(world);
    await customer.fill(FEW_STORED - NEW);
    await customer.sweepAfter(NEW);
    const few = await customer.sweepAfter(NEW);
    await customer.fill(MANY_STORED - FEW_STORED);
    const many = await customer.sweepAfter(NEW);
    const manyNew = await customer.sweepAfter(MORE_NEW);
    return [
      ...askedFigures(`${NEW} new beside 1,000 stored`, few),
      ...askedFigures(`${NEW} new beside 100,000 stored`, many),
      ...askedFigures(`${MORE_NEW} new beside 100,000 stored`, manyNew),
      ...ratioFigures('100,000 stored to 1,000', many, few, MOST_GROWTH_WITH_STORED),
      ...ratioFigures(`${MORE_NEW} new to ${NEW}`, manyNew, many, MOST_GROWTH_WITH_NEW),
    ];
  } finally {
    await world.close();
  }
};

const observedCustomer = async ({ clock, observations, raw, store, sweep, watches }: SweepWorld) => {
  let made = 0;
  const firstCheck = (atMs: number): Observation => {
    made += 1;
    const key = `first-check:${correlationIdFor(`person ${made}`)}:${dayOf(atMs)}`;
    return { kind: 'first-check', key, customerId: CUSTOMER, atMs, outcome: 'real' };
  };

  // The product writes the first one; the others are as it has written that.
  await observations.create(firstCheck(MORNING_MS), new Date(MORNING_MS));
  const stored = raw.container('observations').items.query<Record<string, unknown>>('SELECT * FROM c');
  const [pattern] = (await stored.fetchAll()).resources;

  /** A millisecond apart: a page of observations ends between two moments. */
  const storeFrom = (startMs: number, count: number): Promise<void> =>
    store(
      'observations',
      Array.from({ length: count }, (_, index) => {
        const atMs = startMs + index;
        return { ...pattern, id: firstCheck(atMs).key, atMs, createdAtMs: atMs };
      }),
    );

  return {
    /** Of this morning: after the first sweep they count as counted. */
    fill: (count: number): Promise<void> => storeFrom(MORNING_MS, count),

    sweepAfter: async (count: number): Promise<Asked> => {
      const startMs = clock.now().getTime();
      await storeFrom(startMs, count);
      await watches.markDue(CUSTOMER, clock.now());
      clock.advanceSeconds(120);
      const asked = await sweep('watch-customers');
      const counted = (await watches.find(CUSTOMER))?.record.countedUntil.getTime() ?? 0;
      if (counted < startMs + count) throw new Error('not everything that was observed was counted');
      return asked;
    },
  };
};

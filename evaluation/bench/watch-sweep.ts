// What it costs to count what is newly observed at a customer, however much was observed before.

import type { Observation } from '../../shared/domain/observations.ts';
import { dayOf } from '../../shared/domain/time.ts';
import { PERIOD_END_MS } from '../period.ts';
import { askedFigures, ratioFigures } from './detect-sweep.ts';
import type { Figure } from './figure.ts';
import { correlationIdFor } from './stored-form.ts';
import { type Asked, openSweepWorld, type SweepWorld } from './sweep-world.ts';

const FEW_STORED = 1000;
const MANY_STORED = 100_000;
const NEW = 40;
/** Still one page: of a longer backlog the local Cosmos DB charges each page for all that follow it, which Azure does not say. */
const MORE_NEW = 400;

const MOST_GROWTH_WITH_STORED = 1.2;
const MOST_GROWTH_WITH_NEW = (1.2 * MORE_NEW) / NEW;

const CUSTOMER = 'customer';
/** All on one day, so that all lie in the partition that the sweep asks. */
const START = new Date(PERIOD_END_MS);

export const measureWatchSweep = async (): Promise<Figure[]> => {
  const world = await openSweepWorld(START);
  try {
    const customer = await observedCustomer(world);
    await customer.fill(FEW_STORED);
    const few = await customer.sweepAfter(NEW);
    await customer.fill(MANY_STORED - FEW_STORED - NEW);
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
  const firstCheck = (): Observation => {
    const key = `first-check:${correlationIdFor(`person ${(made += 1)}`)}:${dayOf(START.getTime())}`;
    return { kind: 'first-check', key, customerId: CUSTOMER, atMs: clock.now().getTime(), outcome: 'real' };
  };

  await observations.create(firstCheck(), clock.now());
  const { resources } = await raw
    .container('observations')
    .items.query<Record<string, unknown>>('SELECT * FROM c')
    .fetchAll();
  const { _rid, _self, _etag, _attachments, _ts, ...pattern } = resources[0] ?? {};

  /** So many checks a millisecond apart, all of which this sweep counts. */
  const sweepAfter = async (count: number): Promise<Asked> => {
    const startMs = clock.now().getTime();
    await store(
      'observations',
      Array.from({ length: count }, (_, index) => {
        const { key: id, atMs } = firstCheck();
        return { ...pattern, id, atMs: atMs + index, createdAtMs: startMs + index };
      }),
    );
    await watches.markDue(CUSTOMER, clock.now());
    clock.advanceSeconds(120 + count / 1000);
    const asked = await sweep('watch-customers');
    const counted = (await watches.find(CUSTOMER))?.record.countedUntil.getTime() ?? 0;
    if (counted < startMs + count) throw new Error('not everything that was observed was counted');
    return asked;
  };

  /** As it comes about: minute after minute some more. */
  const fill = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= MORE_NEW) await sweepAfter(Math.min(left, MORE_NEW));
  };
  return { fill, sweepAfter };
};

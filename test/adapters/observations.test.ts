import { CosmosCustomerEvents } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosCustomerWatches } from '../../shared/adapters/cosmos/cosmos-customer-watches.ts';
import { CosmosObservations } from '../../shared/adapters/cosmos/cosmos-observations.ts';
import { MemoryCustomerEvents } from '../../shared/adapters/memory/memory-customer-events.ts';
import { MemoryCustomerWatches } from '../../shared/adapters/memory/memory-customer-watches.ts';
import { MemoryObservations } from '../../shared/adapters/memory/memory-observations.ts';
import type { Observation } from '../../shared/domain/observations.ts';
import { customerWatchesContract } from '../contract/customer-watches.contract.ts';
import { observationsContract } from '../contract/observations.contract.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

const aFirstCheck: Observation = {
  kind: 'first-check',
  key: 'first-check:alice',
  customerId: 'contoso',
  atMs: startOfTests.getTime(),
  outcome: 'spoof',
};

describe('MemoryObservations', () =>
  observationsContract((options) => Promise.resolve(new MemoryObservations(options))));

describe('MemoryCustomerWatches', () => {
  customerWatchesContract(() => {
    const customerEvents = new MemoryCustomerEvents();
    return Promise.resolve({ customerEvents, watches: new MemoryCustomerWatches(customerEvents) });
  });
});

let world: CosmosWorld;
beforeAll(async () => {
  world = await openCosmosWorld();
});
afterAll(() => world.stop());

describe('CosmosObservations', () => {
  observationsContract(async (options) => {
    await world.empty('observations');
    return new CosmosObservations(world.database, options);
  });

  const chargeOf = async (look: () => Promise<unknown>): Promise<number> => {
    const charged = () => world.cosmos.inspect().containers['liveness/observations']?.requestCharge ?? 0;
    const before = charged();
    await look();
    return charged() - before;
  };

  it('asks no more for what is new when much was counted before', async () => {
    await world.empty('observations');
    const observations = new CosmosObservations(world.database);
    const soon = secondsAfter(startOfTests, 60);
    const look = () => observations.createdBetween('contoso', startOfTests, soon);
    const nothingStored = await chargeOf(look);
    const earlier = secondsAfter(startOfTests, -60);
    for (let stored = 0; stored < 50; stored += 1) {
      await observations.create({ ...aFirstCheck, key: `first-check:${stored}` }, earlier);
    }

    expect(await chargeOf(look)).toBeCloseTo(nothingStored);
  });

  it('asks only for days that the container still has, however long nobody looked', async () => {
    await world.empty('observations');
    const observations = new CosmosObservations(world.database);
    await observations.create(aFirstCheck, startOfTests);
    const since = (from: Date) => () => observations.createdBetween('contoso', from, secondsAfter(startOfTests, 60));
    const DAY_SECONDS = 86_400;

    const afterWeeks = await chargeOf(since(secondsAfter(startOfTests, -46 * DAY_SECONDS)));
    const afterYears = await chargeOf(since(secondsAfter(startOfTests, -4000 * DAY_SECONDS)));

    expect(afterYears).toBeCloseTo(afterWeeks);
    expect((await since(new Date(0))()).observations).toEqual([aFirstCheck]);
  });

  it('does not take a missing container for an empty one', async () => {
    const observations = new CosmosObservations(world.database);
    await world.raw.container('observations').delete();

    await expect(observations.createdBetween('contoso', startOfTests, startOfTests)).rejects.toThrow(
      'observations could not be read',
    );
  });
});

describe('CosmosCustomerWatches', () => {
  customerWatchesContract(async () => {
    await world.empty('customers');
    return {
      customerEvents: new CosmosCustomerEvents(world.database),
      watches: new CosmosCustomerWatches(world.database),
    };
  });
});

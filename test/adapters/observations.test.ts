import { CosmosCustomerEvents } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosCustomerWatches } from '../../shared/adapters/cosmos/cosmos-customer-watches.ts';
import { CosmosObservations } from '../../shared/adapters/cosmos/cosmos-observations.ts';
import { MemoryCustomerEvents } from '../../shared/adapters/memory/memory-customer-events.ts';
import { MemoryCustomerWatches } from '../../shared/adapters/memory/memory-customer-watches.ts';
import { MemoryObservations } from '../../shared/adapters/memory/memory-observations.ts';
import { customerWatchesContract } from '../contract/customer-watches.contract.ts';
import { observationsContract } from '../contract/observations.contract.ts';
import { startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

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

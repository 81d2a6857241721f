import { commitBatch } from '../../shared/adapters/cosmos/commit-batch.ts';
import { CosmosCustomerEvents, raisingOperations } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { MemoryCustomerEvents } from '../../shared/adapters/memory/memory-customer-events.ts';
import { raiseEvents } from '../../shared/application/customer-events.ts';
import { customerEventsContract } from '../contract/customer-events.contract.ts';
import { countedRandomness, uuidOf } from '../support/counted-randomness.ts';
import { startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

describe('MemoryCustomerEvents', () => {
  customerEventsContract(() => {
    const customerEvents = new MemoryCustomerEvents();
    return Promise.resolve({
      customerEvents,
      raise: (customerId, raised) => {
        const may = customerEvents.mayRaise(customerId, raised);
        if (may) customerEvents.raise(customerId, raised);
        return Promise.resolve(may);
      },
    });
  });
});

describe('CosmosCustomerEvents', () => {
  let world: CosmosWorld;
  beforeAll(async () => {
    world = await openCosmosWorld();
  });
  afterAll(() => world.stop());

  const make = async () => {
    await world.empty('customers');
    return {
      customerEvents: new CosmosCustomerEvents(world.database),
      raise: (customerId: string, raised: Parameters<typeof raisingOperations>[1]) =>
        commitBatch(
          world.database.container('customers'),
          customerId,
          raisingOperations(customerId, raised),
          world.database,
        ),
    };
  };
  customerEventsContract(make);

  it('keeps an event until it is published, and 30 days from then on', async () => {
    const { customerEvents, raise } = await make();
    const told = { type: 'customer.enforcement-changed', data: {} } as const;
    await raise('contoso', raiseEvents('contoso', { newest: 0 }, [told], startOfTests, countedRandomness()));
    const ttl = async () => {
      const item = world.raw.container('customers').item(`event:${uuidOf(1)}`, 'contoso');
      return (await item.read<{ ttl: number }>()).resource?.ttl;
    };

    expect(await ttl()).toBe(-1);
    await customerEvents.markPublished('contoso', [uuidOf(1)]);
    expect(await ttl()).toBe(30 * 86_400);
  });
});

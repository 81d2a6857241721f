import { CosmosCustomerEvents } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosPolicies } from '../../shared/adapters/cosmos/cosmos-policies.ts';
import { MemoryCustomerEvents } from '../../shared/adapters/memory/memory-customer-events.ts';
import { MemoryPolicies } from '../../shared/adapters/memory/memory-policies.ts';
import { headOf, nextEntry } from '../../shared/application/audit.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { policiesContract } from '../contract/policies.contract.ts';
import { startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

const change = { kind: 'policy-published' as const, policyHash: 'hash', document: {} };

describe('MemoryPolicies', () => {
  policiesContract(() => {
    const customerEvents = new MemoryCustomerEvents();
    return Promise.resolve({ customerEvents, policyStore: new MemoryPolicies(customerEvents) });
  });
});

describe('CosmosPolicies', () => {
  let world: CosmosWorld;
  beforeAll(async () => {
    world = await openCosmosWorld();
  });
  afterAll(() => world.stop());

  const make = async () => {
    await Promise.all([world.empty('policies'), world.empty('customers')]);
    return {
      customerEvents: new CosmosCustomerEvents(world.database),
      policyStore: new CosmosPolicies(world.database),
    };
  };
  policiesContract(make);

  it('gives a field of the next version of the app to whoever writes the record back', async () => {
    const { policyStore } = await make();
    const entry = nextEntry(undefined, { at: startOfTests, by: 'o', reason: 'r', change }, sha256Hex);
    const newestEntry = headOf(entry);
    await policyStore.changeActive({ record: { policyHash: 'hash', document: {}, newestEntry }, entry });
    await policyStore.changeCustomer({ record: { customerId: 'contoso', enforcementOff: [], newestEntry }, entry });
    const ofTheNextVersion = { a: 1 };
    for (const [container, id, partition] of [
      ['policies', 'active', 'active'],
      ['customers', 'policy', 'contoso'],
    ] as const) {
      const item = world.raw.container(container).item(id, partition);
      const { resource } = await item.read<{ id: string }>();
      await item.replace({ ...resource!, ofTheNextVersion });
    }

    expect((await policyStore.findActive())?.record).toMatchObject({ ofTheNextVersion });
    expect((await policyStore.findCustomer('contoso'))?.record).toMatchObject({ ofTheNextVersion });
  });

  it('forgets nothing with time', async () => {
    const { policyStore } = await make();
    const entry = nextEntry(undefined, { at: startOfTests, by: 'o', reason: 'r', change }, sha256Hex);
    const record = { customerId: 'contoso', enforcementOff: [], newestEntry: headOf(entry) };
    await policyStore.changeCustomer({ record, entry });

    const { resources } = await world.raw.container('customers').items.readAll<{ ttl: number }>().fetchAll();
    expect(resources.map(({ ttl }) => ttl)).toEqual([-1, -1]);
  });
});

import { CosmosCustomerEvents } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosPolicies } from '../../shared/adapters/cosmos/cosmos-policies.ts';
import { MemoryCustomerEvents } from '../../shared/adapters/memory/memory-customer-events.ts';
import { MemoryPolicies } from '../../shared/adapters/memory/memory-policies.ts';
import { policiesContract } from '../contract/policies.contract.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

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

  policiesContract(async () => {
    await Promise.all([world.empty('policies'), world.empty('customers')]);
    return {
      customerEvents: new CosmosCustomerEvents(world.database),
      policyStore: new CosmosPolicies(world.database),
    };
  });
});

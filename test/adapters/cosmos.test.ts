import {
  CosmosClientApplications,
  CosmosIdempotencyKeys,
} from '../../shared/adapters/cosmos/cosmos-client-applications.ts';
import { CosmosCustomers } from '../../shared/adapters/cosmos/cosmos-customers.ts';
import { CosmosDecisions } from '../../shared/adapters/cosmos/cosmos-decisions.ts';
import { CosmosDevices } from '../../shared/adapters/cosmos/cosmos-devices.ts';
import { CosmosEndUsers } from '../../shared/adapters/cosmos/cosmos-end-users.ts';
import { CosmosSweepRuns } from '../../shared/adapters/cosmos/cosmos-sweep-runs.ts';
import { clientApplicationsContract } from '../contract/client-applications.contract.ts';
import { customersContract } from '../contract/customers.contract.ts';
import { decisionsContract } from '../contract/decisions.contract.ts';
import { devicesContract } from '../contract/devices.contract.ts';
import { endUsersContract } from '../contract/end-users.contract.ts';
import { idempotencyKeysContract } from '../contract/idempotency-keys.contract.ts';
import { sweepRunsContract } from '../contract/sweep-runs.contract.ts';
import { heldClock, startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

let world: CosmosWorld;
beforeAll(async () => {
  world = await openCosmosWorld();
});
afterAll(() => world.stop());

describe('CosmosEndUsers', () => endUsersContract(() => new CosmosEndUsers(world.database)));

describe('CosmosDevices', () => devicesContract(() => new CosmosDevices(world.database)));

describe('CosmosCustomers', () => {
  customersContract(() => ({
    customers: new CosmosCustomers(world.database),
    put: async (customer) => {
      await world.raw.container('customers').items.upsert({ id: 'customer', schemaVersion: 1, ...customer });
    },
  }));

  it('sees a suspension at once, whatever another connection did before', async () => {
    const customers = new CosmosCustomers(world.database);
    const customer = { customerId: 'seen-at-once', name: 'S', dailySessionQuota: 1, alternativePath: 'A' };
    const container = world.raw.container('customers');
    await container.items.create({ id: 'customer', ...customer, eligibility: 'eligible' });
    await customers.find(customer.customerId);

    await container.item('customer', customer.customerId).replace({
      id: 'customer',
      ...customer,
      eligibility: 'terminated',
    });

    expect(await customers.find(customer.customerId)).toMatchObject({ eligibility: 'terminated' });
  });
});

describe('CosmosClientApplications', () => {
  clientApplicationsContract(() => ({
    clientApplications: new CosmosClientApplications(world.database),
    put: async (clientKey, customerId) => {
      const document = { id: 'client-application', clientKey, customerId };
      await world.raw.container('client-applications').items.create(document);
    },
  }));
});

describe('CosmosIdempotencyKeys', () => {
  idempotencyKeysContract(() => new CosmosIdempotencyKeys(world.database));
});

describe('CosmosDecisions', () => {
  decisionsContract(async () => {
    await world.empty('customers');
    return new CosmosDecisions(world.database);
  });
});

describe('CosmosSweepRuns', () => {
  const make = async () => {
    await world.empty('policies');
    const clock = heldClock();
    return {
      sweepRuns: new CosmosSweepRuns(world.database, clock),
      clock,
      letAnswersAge: () => clock.advanceSeconds(10),
    };
  };
  sweepRunsContract(make);

  it('asks the database once in ten seconds, however many token requests ask', async () => {
    const { sweepRuns, clock } = await make();
    expect(await sweepRuns.lastRuns()).toEqual({});
    await sweepRuns.ran('publish-events', startOfTests);

    clock.advanceSeconds(9.999);
    expect(await sweepRuns.lastRuns()).toEqual({});

    clock.advanceSeconds(0.001);
    expect(await sweepRuns.lastRuns()).toEqual({ 'publish-events': startOfTests });
  });
});

import { MemoryClientApplications } from '../../shared/adapters/memory/memory-client-applications.ts';
import { MemoryCustomers } from '../../shared/adapters/memory/memory-customers.ts';
import { MemoryDecisions } from '../../shared/adapters/memory/memory-decisions.ts';
import { MemoryDevices } from '../../shared/adapters/memory/memory-devices.ts';
import { MemoryEndUsers } from '../../shared/adapters/memory/memory-end-users.ts';
import { MemoryIdempotencyKeys } from '../../shared/adapters/memory/memory-idempotency-keys.ts';
import { MemorySweepRuns } from '../../shared/adapters/memory/memory-sweep-runs.ts';
import { clientApplicationsContract } from '../contract/client-applications.contract.ts';
import { customersContract } from '../contract/customers.contract.ts';
import { decisionsContract } from '../contract/decisions.contract.ts';
import { devicesContract } from '../contract/devices.contract.ts';
import { endUsersContract } from '../contract/end-users.contract.ts';
import { idempotencyKeysContract } from '../contract/idempotency-keys.contract.ts';
import { sweepRunsContract } from '../contract/sweep-runs.contract.ts';

describe('MemoryEndUsers', () => {
  const endUsers = new MemoryEndUsers();
  endUsersContract(() => endUsers);
});

describe('MemoryDevices', () => {
  const devices = new MemoryDevices();
  devicesContract(() => devices);
});

describe('MemoryCustomers', () => {
  const customers = new MemoryCustomers();
  customersContract(() => ({
    customers,
    put: (customer) => {
      customers.put(customer);
      return Promise.resolve();
    },
  }));
});

describe('MemoryClientApplications', () => {
  const clientApplications = new MemoryClientApplications();
  clientApplicationsContract(() => ({
    clientApplications,
    put: (clientKey, customerId) => {
      clientApplications.put(clientKey, customerId);
      return Promise.resolve();
    },
  }));
});

describe('MemoryIdempotencyKeys', () => {
  const idempotencyKeys = new MemoryIdempotencyKeys();
  idempotencyKeysContract(() => idempotencyKeys);
});

describe('MemoryDecisions', () => decisionsContract(() => Promise.resolve(new MemoryDecisions())));

describe('MemorySweepRuns', () => {
  sweepRunsContract(() => Promise.resolve({ sweepRuns: new MemorySweepRuns(), letAnswersAge: () => undefined }));
});

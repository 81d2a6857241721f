// What a store promises when the database does not answer properly: `Unavailable`, and by reading one finds out whether
// the write happened.

import {
  CosmosClientApplications,
  CosmosIdempotencyKeys,
} from '../../shared/adapters/cosmos/cosmos-client-applications.ts';
import { CosmosCorrelations } from '../../shared/adapters/cosmos/cosmos-correlations.ts';
import { CosmosCustomerEvents } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosCustomerWatches } from '../../shared/adapters/cosmos/cosmos-customer-watches.ts';
import { CosmosCustomers } from '../../shared/adapters/cosmos/cosmos-customers.ts';
import { CosmosDecisions } from '../../shared/adapters/cosmos/cosmos-decisions.ts';
import { CosmosDevices } from '../../shared/adapters/cosmos/cosmos-devices.ts';
import { CosmosEndUsers } from '../../shared/adapters/cosmos/cosmos-end-users.ts';
import { CosmosObservations } from '../../shared/adapters/cosmos/cosmos-observations.ts';
import { CosmosPolicies } from '../../shared/adapters/cosmos/cosmos-policies.ts';
import { CosmosSweepRuns } from '../../shared/adapters/cosmos/cosmos-sweep-runs.ts';
import { headOf, nextEntry } from '../../shared/application/audit.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import { newWatchRecord } from '../../shared/application/watch-records.ts';
import type { Observation } from '../../shared/domain/observations.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import {
  aCorrelation,
  aCorrelationId,
  aCustomer,
  aDevice,
  aLedgerRecord,
  anEndUser,
  anEvent,
  aReset,
  aSession,
} from '../support/builders.ts';
import { heldClock, startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';
import { methodsOfPorts } from '../unit/application/support/port-methods.ts';

const now = startOfTests;

let world: CosmosWorld;
beforeAll(async () => {
  world = await openCosmosWorld();
});
afterEach(() => {
  world.cosmos.faults.clear();
  deadlineMs = PATIENT_MS;
});
afterAll(() => world.stop());

const PATIENT_MS = 3000;
let deadlineMs = PATIENT_MS;
const database = () => world.database.within({ deadlineMs });
const correlations = () => new CosmosCorrelations(database());

const policies = () => new CosmosPolicies(database());
const change = { kind: 'policy-published' as const, policyHash: 'hash', document: {} };
const entry = nextEntry(undefined, { at: now, by: 'operator', reason: 'Because.', change }, sha256Hex);
const activePolicy = { policyHash: 'hash', document: {}, newestEntry: headOf(entry) };
const customerPolicy = { customerId: 'contoso', enforcementOff: [], newestEntry: headOf(entry) };

const observation: Observation = {
  kind: 'first-check',
  key: 'first-check:alice',
  customerId: 'contoso',
  atMs: now.getTime(),
  outcome: 'spoof',
};

const unavailable = expect.objectContaining({ name: 'Unavailable' }) as Unavailable;

const id = aCorrelationId();
const reads: [string, () => Promise<unknown>][] = [
  ['correlations.find', () => correlations().find(id)],
  ['correlations.findSession', () => correlations().findSession(id, 'session')],
  ['correlations.findNewestSession', () => correlations().findNewestSession(id, 'session')],
  ['correlations.findLedger', () => correlations().findLedger(id, ['session/1'])],
  ['correlations.findFlag', () => correlations().findFlag(id, 'flag')],
  ['correlations.dueCorrelations', () => correlations().dueCorrelations(now)],
  ['correlations.dueSessions', () => correlations().dueSessions(now)],
  ['correlations.dueEvents', () => correlations().dueEvents(now)],
  ['endUsers.find', () => new CosmosEndUsers(database()).find('someone')],
  ['endUsers.findNewest', () => new CosmosEndUsers(database()).findNewest('someone')],
  ['devices.find', () => new CosmosDevices(database()).find('device')],
  ['customers.find', () => new CosmosCustomers(database()).find('contoso')],
  ['clientApplications.findCustomerId', () => new CosmosClientApplications(database()).findCustomerId('a:b')],
  ['customerEvents.sequence', () => new CosmosCustomerEvents(database()).sequence('contoso')],
  ['customerEvents.dueEvents', () => new CosmosCustomerEvents(database()).dueEvents(now)],
  ['policyStore.findActive', () => policies().findActive()],
  ['policyStore.findPolicy', () => policies().findPolicy('hash')],
  ['policyStore.findCustomer', () => policies().findCustomer('contoso')],
  ['policyStore.findEntries', () => policies().findEntries({ number: 1, hash: 'hash' })],
  ['policyStore.customersWithOverride', () => policies().customersWithOverride()],
  ['policyStore.dueCustomers', () => policies().dueCustomers(now)],
  ['decisions.find', () => new CosmosDecisions(database()).find('contoso', 'reset')],
  ['decisions.due', () => new CosmosDecisions(database()).due(now)],
  ['sweepRuns.lastRuns', () => new CosmosSweepRuns(database(), heldClock()).lastRuns()],
  ['observations.createdBetween', () => new CosmosObservations(database()).createdBetween('contoso', now, now)],
  ['watches.find', () => new CosmosCustomerWatches(database()).find('contoso')],
  ['watches.due', () => new CosmosCustomerWatches(database()).due(now)],
];
const creations: [string, () => Promise<unknown>][] = [
  ['correlations.commit', () => correlations().commit(id, { newSession: aSession({ correlationId: id }) })],
  ['endUsers.create', () => new CosmosEndUsers(database()).create(anEndUser())],
  ['devices.save', () => new CosmosDevices(database()).save(aDevice())],
  ['customers.takeQuota', () => new CosmosCustomers(database()).takeQuota(aCustomer(), now)],
  ['idempotencyKeys.start', () => new CosmosIdempotencyKeys(database()).start('a:b', aCorrelationId(), 'body', now)],
  ['idempotencyKeys.finish', () => new CosmosIdempotencyKeys(database()).finish('a:b', 'key', 'body', 'session')],
  ['decisions.create', () => new CosmosDecisions(database()).create(aReset())],
  ['policyStore.storePolicy', () => policies().storePolicy(aCorrelationId(), defaultPolicy)],
  ['policyStore.changeActive', () => policies().changeActive({ record: activePolicy, entry })],
  ['policyStore.changeCustomer', () => policies().changeCustomer({ record: customerPolicy, entry })],
  ['sweepRuns.ran', () => new CosmosSweepRuns(database(), heldClock()).ran('publish-events', now)],
  ['observations.create', () => new CosmosObservations(database()).create(observation, now)],
  ['watches.markDue', () => new CosmosCustomerWatches(database()).markDue('contoso', now)],
  [
    'watches.save',
    () => new CosmosCustomerWatches(database()).save({ record: newWatchRecord('contoso', now), version: 'v' }),
  ],
];
const changesOfOne: [string, () => Promise<unknown>][] = [
  ['correlations.postponeSession', () => correlations().postponeSession(aSession(), now)],
  ['correlations.markPublished', () => correlations().markPublished(id, ['event'])],
  ['customerEvents.markPublished', () => new CosmosCustomerEvents(database()).markPublished('contoso', ['event'])],
  ['endUsers.replace', () => new CosmosEndUsers(database()).replace({ record: anEndUser(), version: 'v' })],
  ['devices.save with a version', () => new CosmosDevices(database()).save(aDevice(), 'v')],
  ['decisions.update', () => new CosmosDecisions(database()).update({ record: aReset(), version: 'v' })],
  ['customers.giveQuotaBack', () => new CosmosCustomers(database()).giveQuotaBack(aCustomer(), now)],
  ['watches.postpone', () => new CosmosCustomerWatches(database()).postpone('contoso', now)],
  ['idempotencyKeys.forget', () => new CosmosIdempotencyKeys(database()).forget('a:b', 'key')],
];
const onePerKindOfCall = [
  'correlations.find',
  'correlations.dueSessions',
  'correlations.commit',
  'endUsers.create',
  'customers.takeQuota',
];
const everyCall = [...reads, ...creations, ...changesOfOne];

it('is asked of every method of every port that the database serves', () => {
  const elsewhere = /^(face|publisher|results|sweepNudges|parkedMessages|postponedResults)\./;
  const asked = everyCall.map(([name]) => name.replace(/ .*/, ''));

  expect(methodsOfPorts().filter((method) => !elsewhere.test(method) && !asked.includes(method))).toEqual([]);
});

describe.each(everyCall)('%s', (_name, call) => {
  it.each([
    ['gets 503 Service Unavailable', { status: 503 }],
    ['gets 403 Forbidden', { status: 403 }],
  ] as const)('is unavailable when it %s', async (_what, rule) => {
    world.cosmos.faults.add(rule);

    await expect(call()).rejects.toEqual(unavailable);
  });

  it('is unavailable when no answer comes within its deadline', async () => {
    deadlineMs = 50;
    world.cosmos.faults.add({ hang: true });

    await expect(call()).rejects.toEqual(unavailable);
  });
});

describe('a connection that is lost', () => {
  it.each([...creations, ...changesOfOne])('makes %s unavailable', async (_name, call) => {
    world.cosmos.faults.add({ drop: 'before' });

    await expect(call()).rejects.toEqual(unavailable);
  });

  it('makes a reading unavailable once its deadline has passed', async () => {
    deadlineMs = 100;
    world.cosmos.faults.add({ operation: 'Read', drop: 'before' });

    await expect(correlations().find(aCorrelationId())).rejects.toEqual(unavailable);
  });

  it('is made good for a reading when it was lost once', async () => {
    world.cosmos.faults.add({ operation: 'Read', drop: 'before', times: 1 });

    expect(await correlations().find(aCorrelationId())).toBeUndefined();
  });
});

describe('a container that is missing', () => {
  let missing: CosmosWorld;
  beforeAll(async () => {
    missing = await openCosmosWorld();
    const { resources } = await missing.raw.containers.readAll().fetchAll();
    await Promise.all(resources.map(({ id: name }) => missing.raw.container(name).delete()));
  });
  afterAll(() => missing.stop());

  it.each([...reads, ...creations])('is not taken for an empty one by %s', async (_name, call) => {
    const full = world;
    world = missing;
    try {
      await expect(call()).rejects.toEqual(unavailable);
    } finally {
      world = full;
    }
  });
});

describe('throttling', () => {
  it.each(everyCall.filter(([name]) => onePerKindOfCall.includes(name)))(
    'makes %s unavailable when it lasts',
    async (_name, call) => {
      world.cosmos.faults.add({ status: 429, substatus: 3200, retryAfterMs: 1 });

      await expect(call()).rejects.toEqual(unavailable);
    },
  );

  it('is waited out while it is short', async () => {
    world.cosmos.faults.add({ operation: 'Read', status: 429, retryAfterMs: 1, times: 2 });

    expect(await correlations().find(aCorrelationId())).toBeUndefined();
  });

  it('tells the caller how long to wait when it lasts, instead of waiting itself', async () => {
    world.cosmos.faults.add({ operation: 'Read', status: 429, retryAfterMs: 7000 });

    await expect(correlations().find(aCorrelationId())).rejects.toMatchObject({ retryAfterSeconds: 7 });
  });

  it('tells that of a batch too', async () => {
    world.cosmos.faults.add({ operation: 'Batch', status: 429, retryAfterMs: 7000 });

    const change = { newSession: aSession({ correlationId: id }) };
    await expect(correlations().commit(id, change)).rejects.toMatchObject({ retryAfterSeconds: 7 });
  });
});

describe('a change whose answer is lost', () => {
  const change = (correlationId: string) => {
    const ledger = aLedgerRecord({ correlationId });
    const event = anEvent({ correlationId });
    return {
      ledgerKey: ledger.key,
      change: { correlation: { record: aCorrelation({ correlationId }) }, ledger: [ledger], events: [event] },
    };
  };

  it('has happened as a whole when the connection broke after it', async () => {
    const correlationId = aCorrelationId();
    const { change: lost, ledgerKey } = change(correlationId);
    world.cosmos.faults.add({ operation: 'Batch', drop: 'after', times: 1 });

    await expect(correlations().commit(correlationId, lost)).rejects.toEqual(unavailable);

    expect(await correlations().find(correlationId)).toBeDefined();
    expect(await correlations().findLedger(correlationId, [ledgerKey])).toHaveLength(1);
    expect(await correlations().commit(correlationId, lost)).toEqual({ kind: 'changed', what: 'correlation' });
  });

  it('has not happened at all when the connection broke before it', async () => {
    const correlationId = aCorrelationId();
    const { change: lost, ledgerKey } = change(correlationId);
    world.cosmos.faults.add({ operation: 'Batch', drop: 'before', times: 1 });

    await expect(correlations().commit(correlationId, lost)).rejects.toEqual(unavailable);

    expect(await correlations().find(correlationId)).toBeUndefined();
    expect(await correlations().findLedger(correlationId, [ledgerKey])).toEqual([]);
    expect(await correlations().commit(correlationId, lost)).toMatchObject({ kind: 'committed' });
  });

  it('is seen by reading for one item too', async () => {
    const endUser = anEndUser();
    world.cosmos.faults.add({ operation: 'Create', container: 'end-users', drop: 'after', times: 1 });

    await expect(new CosmosEndUsers(database()).create(endUser)).rejects.toEqual(unavailable);

    expect((await new CosmosEndUsers(database()).find(endUser.endUserKey))?.record).toEqual(endUser);
  });
});

describe('a request that can never succeed', () => {
  it('is our mistake, and not called an outage', async () => {
    const endUsers = new CosmosEndUsers(database());
    world.cosmos.faults.add({ operation: 'Create', container: 'end-users', status: 400, times: 1 });

    await expect(endUsers.create(anEndUser())).rejects.not.toBeInstanceOf(Unavailable);
  });

  it('is our mistake when the service refuses one document of a batch', async () => {
    // An id must not have a slash.
    const newSession = aSession({ correlationId: id, sessionId: `${id}.with/slash` });

    await expect(correlations().commit(id, { newSession })).rejects.toThrow('refused at its session with 400');
  });

  it('is our mistake in a batch too, so that a message with it ends among the dead letters', async () => {
    world.cosmos.faults.add({ operation: 'Batch', status: 400, times: 1 });

    await expect(correlations().commit(id, { newSession: aSession({ correlationId: id }) })).rejects.not.toBeInstanceOf(
      Unavailable,
    );
  });
});

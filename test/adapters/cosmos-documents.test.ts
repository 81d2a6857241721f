// What the documents promise beside the ports: how long they live, and that a newer version's fields survive.

import { CosmosCorrelations } from '../../shared/adapters/cosmos/cosmos-correlations.ts';
import { CosmosIdempotencyKeys } from '../../shared/adapters/cosmos/cosmos-client-applications.ts';
import { CosmosCustomers } from '../../shared/adapters/cosmos/cosmos-customers.ts';
import { commitBatch } from '../../shared/adapters/cosmos/commit-batch.ts';
import { CosmosCustomerEvents, raisingOperations } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosDecisions } from '../../shared/adapters/cosmos/cosmos-decisions.ts';
import { CosmosEndUsers } from '../../shared/adapters/cosmos/cosmos-end-users.ts';
import { raiseEvents } from '../../shared/application/customer-events.ts';
import type { CorrelationRecord } from '../../shared/application/records.ts';
import type { ContainerName } from '../../shared/adapters/topology.ts';
import {
  aCorrelation,
  aCorrelationId,
  aCustomer,
  aFlag,
  aLedgerRecord,
  anEndUser,
  anEvent,
  aReset,
  aPause,
  aSession,
  aVerdict,
} from '../support/builders.ts';
import { systemRandomness } from '../../shared/platform/clock.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

let world: CosmosWorld;
beforeAll(async () => {
  world = await openCosmosWorld();
});
afterAll(() => world.stop());

type Stored = Record<string, unknown> & { id: string };

const correlations = () => new CosmosCorrelations(world.database);
const read = async (container: ContainerName, id: string, key: string): Promise<Stored> => {
  const { resource } = await world.raw.container(container).item(id, key).read<Stored>();
  if (resource === undefined) throw new Error('the document is not there');
  return resource;
};
const addField = async (container: ContainerName, id: string, key: string): Promise<void> => {
  const document = await read(container, id, key);
  await world.raw
    .container(container)
    .item(id, key)
    .replace({ ...document, ofTheNextVersion: { a: 1 } });
};

const DAY_SECONDS = 86_400;
const FOR_EVER = -1;

describe('a document lives', () => {
  it.each<[string, Partial<CorrelationRecord>, number]>([
    ['60 days after the last event, for an id with which nothing is wrong', {}, 60 * DAY_SECONDS],
    ['for ever, for an id that is flagged', { verdicts: [aVerdict()] }, FOR_EVER],
    ['for ever, for an id that is paused', { verdicts: [aPause()] }, FOR_EVER],
    ['for ever, for an id that is retired', { status: 'retired' }, FOR_EVER],
  ])('%s', async (_what, what, ttl) => {
    const record = aCorrelation(what);

    await correlations().commit(record.correlationId, { correlation: { record } });

    expect(await read('correlations', 'history', record.correlationId)).toMatchObject({ ttl });
  });

  it('60 days as session and ledger, 400 days as flag, and 30 days as event from its publication on', async () => {
    const correlationId = aCorrelationId();
    const session = aSession({ correlationId });
    const ledger = aLedgerRecord({ correlationId });
    const flag = aFlag({ correlationId });
    const event = anEvent({ correlationId });
    await correlations().commit(correlationId, {
      newSession: session,
      ledger: [ledger],
      flags: [flag],
      events: [event],
    });
    const ttlOf = async (id: string) => (await read('correlations', id, correlationId)).ttl;

    expect(await ttlOf(`session:${session.sessionId}`)).toBe(60 * DAY_SECONDS);
    expect(await ttlOf(`attempt:${ledger.sessionId}:1`)).toBe(60 * DAY_SECONDS);
    expect(await ttlOf(`flag:${flag.flagId}`)).toBe(400 * DAY_SECONDS);
    expect(await ttlOf(`event:${event.eventId}`)).toBe(FOR_EVER);
    await correlations().markPublished(correlationId, [event.eventId]);
    expect(await ttlOf(`event:${event.eventId}`)).toBe(30 * DAY_SECONDS);
  });

  it('a day as Idempotency-Key, and two as quota', async () => {
    const customerId = aCorrelationId();
    await new CosmosIdempotencyKeys(world.database).start('a:b', 'key', 'body', startOfTests);
    await new CosmosCustomers(world.database).takeQuota(aCustomer({ customerId }), startOfTests);

    expect(await read('client-applications', 'idempotency:key', 'a:b')).toMatchObject({ ttl: DAY_SECONDS });
    expect(await read('customers', 'quota:2026-03-02', customerId)).toMatchObject({ ttl: 2 * DAY_SECONDS });
  });
});

describe('a field that the next version of the app has added', () => {
  it('survives when this version writes a correlation id and a session', async () => {
    const correlationId = aCorrelationId();
    const session = aSession({ correlationId });
    const record = aCorrelation({ correlationId });
    await correlations().commit(correlationId, { correlation: { record }, newSession: session });
    await addField('correlations', 'history', correlationId);
    await addField('correlations', `session:${session.sessionId}`, correlationId);

    const found = (await correlations().find(correlationId))!;
    const foundSession = (await correlations().findSession(correlationId, session.sessionId))!;
    const committed = await correlations().commit(correlationId, {
      correlation: { record: { ...found.record, sequence: 1 }, version: found.version },
      session: { record: { ...foundSession.record, state: 'issued' }, version: foundSession.version },
    });

    expect(committed.kind).toBe('committed');
    const ofTheNextVersion = { a: 1 };
    expect(await read('correlations', 'history', correlationId)).toMatchObject({ sequence: 1, ofTheNextVersion });
    expect(await read('correlations', `session:${session.sessionId}`, correlationId)).toMatchObject({
      state: 'issued',
      ofTheNextVersion,
    });
  });

  it('survives when this version gives an end user another correlation id', async () => {
    const endUsers = new CosmosEndUsers(world.database);
    const endUser = anEndUser();
    await endUsers.create(endUser);
    await addField('end-users', 'end-user', endUser.endUserKey);

    const { record, version } = (await endUsers.find(endUser.endUserKey))!;
    await endUsers.replace({ record: { ...record, generation: 2 }, version });

    expect(await read('end-users', 'end-user', endUser.endUserKey)).toMatchObject({
      generation: 2,
      ofTheNextVersion: { a: 1 },
    });
  });

  it('survives when this version repeats a request, and when it ends', async () => {
    const keys = new CosmosIdempotencyKeys(world.database);
    const clientKey = aCorrelationId();
    const id = 'idempotency:key';
    await keys.start(clientKey, 'key', 'body', startOfTests);
    await addField('client-applications', id, clientKey);

    const later = secondsAfter(startOfTests, 60);
    expect(await keys.start(clientKey, 'key', 'body', later)).toEqual({ kind: 'first' });
    const ofTheNextVersion = { a: 1 };
    expect(await read('client-applications', id, clientKey)).toMatchObject({ ofTheNextVersion });
    await keys.finish(clientKey, 'key', 'body', 'session');

    expect(await read('client-applications', id, clientKey)).toMatchObject({
      startedAtMs: 0,
      sessionId: 'session',
      ofTheNextVersion,
    });
  });

  it('survives when this version carries a decision out', async () => {
    const decisions = new CosmosDecisions(world.database);
    const reset = aReset({ dueAt: startOfTests });
    const { customerId, decisionId } = reset;
    await decisions.create(reset);
    await addField('customers', `decision:${decisionId}`, customerId);

    const { record, version } = (await decisions.find(customerId, decisionId))!;
    await decisions.update({ record: { ...record, doneAt: startOfTests }, version });

    expect(await read('customers', `decision:${decisionId}`, customerId)).toMatchObject({
      doneAt: startOfTests.toISOString(),
      ofTheNextVersion: { a: 1 },
    });
  });

  it('survives when this version raises events of a customer', async () => {
    const customerId = aCorrelationId();
    const events = new CosmosCustomerEvents(world.database);
    const raise = async () => {
      const told = { type: 'customer.enforcement-changed', data: {} } as const;
      const after = await events.sequence(customerId);
      const raised = raiseEvents(customerId, after, [told], startOfTests, systemRandomness);
      const container = world.database.container('customers');
      return commitBatch(container, customerId, raisingOperations(customerId, raised), world.database);
    };
    await raise();
    await addField('customers', 'events', customerId);

    expect(await raise()).toBe(true);

    expect(await read('customers', 'events', customerId)).toMatchObject({ newest: 2, ofTheNextVersion: { a: 1 } });
  });
});

describe('what a document says of itself', () => {
  it('is its kind and the version of its schema, and nothing of that is in a record', async () => {
    const record = aCorrelation();
    await correlations().commit(record.correlationId, { correlation: { record } });

    expect(await read('correlations', 'history', record.correlationId)).toMatchObject({
      documentKind: 'history',
      schemaVersion: 1,
    });
    expect((await correlations().find(record.correlationId))?.record).toEqual(record);
  });
});

// An operator changes the policy while the app runs: what is published holds within 30 seconds, for whom it is meant.

import { decodeJwt } from 'jose';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { type Answer, eventually, type RunningApp, startApp } from './running-app.ts';

const manager = defaultConfiguration.tenants[0]?.people.find(({ scopes }) => scopes.includes('Policies.Manage'));
const READERS_KNOW_AFTER_SECONDS = 30;

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 60_000);
afterAll(() => app.stop());

const manage = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<Answer> => {
  const token = await app.cloud.identity.userToken(manager?.oid ?? '', ['Policies.Manage']);
  return app.call(method, `/api/v1/${path}`, { token, ...(body !== undefined && { body }) });
};
const ask = async (endUserRef: string): Promise<string> => {
  const { status, body } = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef } });
  return status === 201 ? 'issued' : String(body.code);
};

it('a policy that is published holds within 30 seconds, and the audit says who published it', async () => {
  expect([await ask('first'), await ask('first'), await ask('first')]).toEqual(['issued', 'issued', 'wait']);

  const published = await manage('PUT', 'policies/active', {
    policy: { name: 'one token', gate: { maxAliveTokens: 1 } },
    reason: 'Two were too many.',
  });
  await app.advance(READERS_KNOW_AFTER_SECONDS);

  expect(published.body).toMatchObject({ document: { name: 'one token' }, policy: { gate: { maxAliveTokens: 1 } } });
  expect([await ask('second'), await ask('second')]).toEqual(['issued', 'wait']);
  const { tid, oid } = decodeJwt(await app.cloud.identity.userToken(manager?.oid ?? ''));
  expect((await manage('GET', 'policies/active')).body.changes).toMatchObject([
    { number: 1, by: `${String(tid)}:${String(oid)}`, reason: 'Two were too many.' },
  ]);
});

it('what a customer has of its own is laid over it', async () => {
  await manage('PUT', 'customers/contoso/policy', { policy: { gate: { maxAliveTokens: 3 } }, reason: 'They asked.' });
  await app.advance(READERS_KNOW_AFTER_SECONDS);

  expect((await manage('GET', 'customers/contoso/policy')).body.policy).toMatchObject({ name: 'one token' });
  expect([await ask('third'), await ask('third'), await ask('third')]).toEqual(['issued', 'issued', 'issued']);
});

it('a policy with mistakes is refused with all of them, and nothing changes', async () => {
  const answer = await manage('PUT', 'policies/active', {
    policy: { score: { alpha: 0 }, gat: {} },
    reason: 'A slip.',
  });

  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([{ pointer: '/policy/score/alpha' }, { pointer: '/policy/gat' }]);
  expect((await manage('GET', 'policies/active')).body.changes).toHaveLength(1);
});

it('enforcement that is off comes back by itself; both are told to subscribers, in order', async () => {
  const off = await manage('PUT', 'customers/contoso/enforcement', {
    enforced: false,
    forMinutes: 60,
    reason: 'A broken release.',
  });
  expect(off.body.enforced).toBe(false);

  await app.advance(3600);
  await app.runTimer('completeDecisions');

  expect((await manage('GET', 'customers/contoso/enforcement')).body).toMatchObject({ enforced: true, off: [] });
  const events = () =>
    app.documents("SELECT * FROM c WHERE c.customerId = 'contoso' AND c.documentKind = 'event'", 'customers');
  await eventually(async () => (await events()).every(({ dueAt }) => dueAt === undefined));
  expect((await events()).map(({ sequence, data }) => [sequence, data]).sort()).toMatchObject([
    [1, { enforced: false, because: 'decided' }],
    [2, { enforced: true, because: 'ended' }],
  ]);
});

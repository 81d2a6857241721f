// An operator changes the policy while the app runs: what is published holds within 30 seconds, for whom it is meant.

import { decodeJwt } from 'jose';
import type { PolicyAuditEntry } from '../../shared/application/policy-records.ts';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { firstBroken } from '../support/audit-chain.ts';
import { type Answer, eventually, type IssuedSession, type RunningApp, startApp } from './running-app.ts';

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

describe('the preset `strict`, once it is published', () => {
  const changesOf = ({ body }: Answer) => body.changes as PolicyAuditEntry[];
  let before: PolicyAuditEntry[];
  beforeAll(async () => {
    before = changesOf(await manage('GET', 'policies/active'));
    await manage('PUT', 'policies/active', { policy: { extends: 'strict' }, reason: 'An attack is going on.' });
    await app.advance(READERS_KNOW_AFTER_SECONDS);
  });

  /** Ends the session after so many tries, of which the service is not certain; they are counted then. */
  const endAfter = async (session: IssuedSession, tries: number): Promise<Answer> => {
    for (let made = 0; made < tries; made += 1) await app.play(session, { media: 'live', outcome: 'uncertain' });
    const answer = await app.complete(session);
    await eventually(async () => (await app.history(session.correlationId)).outstanding.length === 0);
    return answer;
  };

  it('five tries are the end for whoever is never certain, and those that may still come count like them', async () => {
    await endAfter(await app.issue('mallory'), 1);
    await endAfter(await app.issue('mallory'), 1);
    const last = await app.issue('mallory');

    expect(last).toMatchObject({ remainingAttempts: 0 });
    expect(await ask('mallory')).toBe('wait');
    expect((await endAfter(last, 3)).body).toMatchObject({ nextAction: 'use-alternative', remainingAttempts: 0 });
    expect(await ask('mallory')).toBe('exposure-budget');
  });

  it('the audit has it after what was published before, in one chain', async () => {
    const changes = changesOf(await manage('GET', 'policies/active'));

    expect(before).toHaveLength(1);
    expect(changes).toMatchObject([
      { number: 2, reason: 'An attack is going on.', change: { document: { extends: 'strict' } } },
      ...before,
    ]);
    expect(firstBroken(changes)).toBeUndefined();
  });
});

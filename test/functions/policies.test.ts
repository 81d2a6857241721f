// The calls that manage policies: what they ask of their use cases, and how each answer becomes HTTP.

import type { HttpHandler } from '@azure/functions';
import { getActivePolicyHandler } from '../../functions/http/get-active-policy.ts';
import { getCustomerPolicyHandler } from '../../functions/http/get-customer-policy.ts';
import { getEnforcementHandler } from '../../functions/http/get-enforcement.ts';
import { putActivePolicyHandler } from '../../functions/http/put-active-policy.ts';
import { putCustomerPolicyHandler } from '../../functions/http/put-customer-policy.ts';
import { putEnforcementHandler } from '../../functions/http/put-enforcement.ts';
import { type MemoryApp, memoryApp } from '../support/memory-app.ts';
import { ask, authentication, person, tools } from './support.ts';

let app: MemoryApp;
let handlers: Record<'active' | 'policy' | 'enforcement', Record<'get' | 'put', HttpHandler>>;
const handlersFor = (given: MemoryApp, denied?: 'unauthenticated' | 'forbidden') => {
  const parts = { ...tools(), ...given.process(), authentication: authentication(denied) };
  return {
    active: { get: getActivePolicyHandler(parts), put: putActivePolicyHandler(parts) },
    policy: { get: getCustomerPolicyHandler(parts), put: putCustomerPolicyHandler(parts) },
    enforcement: { get: getEnforcementHandler(parts), put: putEnforcementHandler(parts) },
  };
};
beforeEach(() => {
  app = memoryApp();
  handlers = handlersFor(app);
});

const reason = 'Because.';
const get = (what: keyof typeof handlers, customerId = 'contoso') =>
  ask(handlers[what].get, { method: 'GET', params: { customerId } });
const put = (what: keyof typeof handlers, body: unknown, customerId = 'contoso') =>
  ask(handlers[what].put, { method: 'PUT', params: { customerId }, body: JSON.stringify(body) });
const pointersOf = ({ body }: { body: Record<string, unknown> }) =>
  (body.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort();

describe('the active policy', () => {
  it('is published and shown with its document, hash, budget and audit', async () => {
    const published = await put('active', { policy: { extends: 'strict' }, reason });

    expect(published.status).toBe(200);
    expect(published.body).toMatchObject({
      document: { extends: 'strict' },
      policy: { name: 'strict' },
      policyHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      budget: 5,
      changes: [{ number: 1, by: person.personId, reason }],
    });
    expect((await get('active')).body).toEqual(published.body);
  });

  it('is refused with a pointer to every mistake in the body', async () => {
    const answer = await put('active', { policy: { score: { alpha: 2 }, extra: 1 }, reason });

    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request']);
    expect(pointersOf(answer)).toEqual(['/policy/extra', '/policy/score/alpha']);
    for (const { detail } of answer.body.errors as { detail: string }[]) expect(detail).toMatch(/^[A-Z].*\.$/);
  });

  it('stays when it is not the one that was to be replaced', async () => {
    const answer = await put('active', { policy: {}, reason, previousHash: 'a'.repeat(64) });

    expect([answer.status, answer.body.code]).toEqual([409, 'policy-changed']);
  });

  it.each<[string, unknown, string[]]>([
    ['without a policy', { reason }, ['/policy']],
    ['with a text as policy', { policy: 'strict', reason }, ['/policy']],
    ['without a reason', { policy: {} }, ['/reason']],
    ['with an empty reason', { policy: {}, reason: '' }, ['/reason']],
    ['with a reason of more than 500 characters', { policy: {}, reason: 'r'.repeat(501) }, ['/reason']],
    ['with a previous hash that is none', { policy: {}, reason, previousHash: 'x' }, ['/previousHash']],
    ['with something unknown', { policy: {}, reason, force: true }, ['/force']],
  ])('is not published %s', async (_what, body, pointers) => {
    const answer = await put('active', body);

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(pointers);
  });
});

describe('the policy of a customer', () => {
  it('is set, shown and taken away', async () => {
    const set = await put('policy', { policy: { mode: 'audit' }, reason });
    expect(set).toMatchObject({
      status: 200,
      body: { customerId: 'contoso', document: { mode: 'audit' }, policy: { name: 'default', mode: 'audit' } },
    });
    expect((await get('policy')).body).toEqual(set.body);

    expect((await put('policy', { policy: null, reason })).body).toMatchObject({
      document: null,
      policy: { mode: 'enforce' },
    });
  });

  it('is refused with a pointer to every mistake in the body', async () => {
    expect(pointersOf(await put('policy', { policy: { mode: 'off' }, reason }))).toEqual(['/policy/mode']);
    expect(pointersOf(await put('policy', { reason }))).toEqual(['/policy']);
  });
});

describe('enforcement', () => {
  it('is turned off for a time, for one version, and on again', async () => {
    const off = await put('enforcement', { enforced: false, forMinutes: 1440, appVersion: '4.2', reason });
    expect(off).toMatchObject({
      status: 200,
      body: {
        customerId: 'contoso',
        enforced: true,
        mode: 'enforce',
        off: [{ until: '2026-03-03T12:00:00.000Z', appVersion: '4.2' }],
      },
    });
    expect((await get('enforcement')).body).toEqual(off.body);

    expect((await put('enforcement', { enforced: true, reason })).body).toMatchObject({ enforced: true, off: [] });
  });

  it.each<[string, unknown, string[]]>([
    ['off for ever', { enforced: false, reason }, ['/forMinutes']],
    ['off for more than a day', { enforced: false, forMinutes: 1441, reason }, ['/forMinutes']],
    ['off for no time', { enforced: false, forMinutes: 0, reason }, ['/forMinutes']],
    ['off for a part of a minute', { enforced: false, forMinutes: 1.5, reason }, ['/forMinutes']],
    ['on for a time', { enforced: true, forMinutes: 1, reason }, ['/forMinutes']],
    ['without saying whether on or off', { reason }, ['/enforced']],
    ['without a reason', { enforced: true }, ['/reason']],
    ['for a version without a name', { enforced: true, appVersion: '', reason }, ['/appVersion']],
  ])('is not turned %s', async (_what, body, pointers) => {
    const answer = await put('enforcement', body);

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(pointers);
    expect((await get('enforcement')).body.changes).toEqual([]);
  });
});

describe('a customer that is not there', () => {
  it.each([
    ['the policy is not shown', () => get('policy', 'nobody')],
    ['no policy is set', () => put('policy', { policy: {}, reason }, 'nobody')],
    ['enforcement is not shown', () => get('enforcement', 'nobody')],
    ['enforcement is not turned off', () => put('enforcement', { enforced: false, forMinutes: 1, reason }, 'nobody')],
  ])('%s', async (_what, call) => {
    const answer = await call();

    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });
});

describe('whoever may not manage policies', () => {
  it.each(['unauthenticated', 'forbidden'] as const)('is refused before anything is read: %s', async (denied) => {
    handlers = handlersFor(app, denied);
    const answers = [
      await get('active'),
      await put('active', 'nonsense'),
      await get('policy', 'nobody'),
      await put('policy', 'nonsense', 'nobody'),
      await get('enforcement', 'nobody'),
      await put('enforcement', 'nonsense', 'nobody'),
    ];

    expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => denied));
  });
});

// Who may call what: every kind of caller at every route. Whoever is refused learns nothing about what is there.

import { createHmac, randomUUID } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { startApp, type Answer, type IssuedSession, type RunningApp } from './running-app.ts';

const [contoso, fabrikam] = defaultConfiguration.tenants;
const appOf = (tenant: typeof contoso, index = 0): string => tenant?.clients[index]?.clientId ?? '';
const personWith = (scope?: string): string =>
  contoso?.people.find(({ scopes }) => (scope === undefined ? scopes.length === 0 : scopes.includes(scope)))?.oid ?? '';

interface Target {
  customerId: string;
  sessionId: string;
  correlationId: string;
}

let app: RunningApp;
let owned: IssuedSession & Target;
let claims: Record<'application' | 'person', JWTPayload>;

beforeAll(async () => {
  app = await startApp();
  owned = { customerId: 'contoso', ...(await app.issue('owned by Contoso')) };
  claims = {
    application: decodeJwt(await app.cloud.identity.appToken(appOf(contoso))),
    person: decodeJwt(await app.cloud.identity.userToken(personWith('People.Erase'))),
  };
}, 60_000);

afterAll(() => app.stop());

const everyScope = 'Cases.Review Policies.Manage Audit.Read';

const verifyForm = (): FormData => {
  const form = new FormData();
  form.append('endUserRef', 'owned by Contoso');
  form.append('verifyImage', new Blob([new Uint8Array(makeVerifyImage('alice'))]), 'alice.jpg');
  return form;
};

const callRoute: Record<string, (target: Target, authorization?: string) => Promise<Answer>> = {
  'create a session': (_target, authorization) =>
    call('POST', '/api/v1/liveness-sessions', authorization, { endUserRef: 'owned by Contoso' }),
  'create a session with verify': (_target, authorization) =>
    call('POST', '/api/v1/liveness-with-verify-sessions', authorization, verifyForm()),
  'read a session': ({ sessionId }, authorization) =>
    call('GET', `/api/v1/liveness-sessions/${sessionId}`, authorization),
  'delete a session': ({ sessionId }, authorization) =>
    call('DELETE', `/api/v1/liveness-sessions/${sessionId}`, authorization),
  'complete a session': ({ sessionId }, authorization) =>
    call('POST', `/api/v1/liveness-sessions/${sessionId}/completion`, authorization, {}),
  'read a correlation id': ({ correlationId }, authorization) =>
    call('GET', `/api/v1/correlations/${correlationId}`, authorization),
  'read a flag': ({ correlationId }, authorization) =>
    call('GET', `/api/v1/correlations/${correlationId}/flags/${randomUUID()}`, authorization),
  'reset a correlation id': ({ correlationId }, authorization) =>
    call('POST', `/api/v1/correlations/${correlationId}/reset`, authorization, { reason: 'I want it.' }),
  'read the active policy': (_target, authorization) => call('GET', '/api/v1/policies/active', authorization),
  'publish a policy': (_target, authorization) =>
    call('PUT', '/api/v1/policies/active', authorization, { policy: {}, reason: 'I want it.' }),
  'read the policy of a customer': ({ customerId }, authorization) =>
    call('GET', `/api/v1/customers/${customerId}/policy`, authorization),
  'set the policy of a customer': ({ customerId }, authorization) =>
    call('PUT', `/api/v1/customers/${customerId}/policy`, authorization, { policy: {}, reason: 'I want it.' }),
  'read whether a customer is enforced': ({ customerId }, authorization) =>
    call('GET', `/api/v1/customers/${customerId}/enforcement`, authorization),
  'turn enforcement off': ({ customerId }, authorization) =>
    call('PUT', `/api/v1/customers/${customerId}/enforcement`, authorization, {
      enforced: false,
      forMinutes: 1,
      reason: 'I want it.',
    }),
  'read the status': (_target, authorization) => call('GET', '/api/v1/status', authorization),
};

const call = (method: string, path: string, authorization?: string, body?: unknown): Promise<Answer> =>
  app.call(method, path, {
    body,
    token: undefined,
    ...(authorization !== undefined && { headers: { authorization } }),
  });

const forApplications = Object.keys(callRoute).slice(0, 6);
const forPeople = Object.keys(callRoute).slice(6);
const everywhere = Object.keys(callRoute);

const bearer = async (token: string | Promise<string>): Promise<string> => `Bearer ${await token}`;
const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
const sign = (
  whose: 'application' | 'person',
  changes: JWTPayload = {},
  options?: Parameters<RunningApp['cloud']['identity']['sign']>[1],
): Promise<string> => bearer(app.cloud.identity.sign({ ...claims[whose], ...changes }, options));
const without = (claim: string): Promise<string> => sign('application', { [claim]: undefined });

const unsigned = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims.application)}.`;
};

/** Signed with what everybody knows, in the hope that a verifier takes it for a shared secret. */
const signedWithThePublicKey = async (): Promise<string> => {
  const keys = await fetch(`${app.cloud.identity.url}/${contoso?.tenantId}/discovery/v2.0/keys`);
  const [header = '', payload = ''] = unsigned().split('.');
  const content = `${header.replace(/.*/, Buffer.from('{"alg":"HS256"}').toString('base64url'))}.${payload}`;
  return `${content}.${createHmac('sha256', await keys.text())
    .update(content)
    .digest('base64url')}`;
};

/** A kind of caller, the routes at which it is refused, and how. */
type Refused = [string, () => Promise<string | undefined>, readonly string[], 401 | 403, string];

const refused: Refused[] = [
  ['nobody', () => Promise.resolve(undefined), everywhere, 401, 'unauthenticated'],
  ['somebody with a password', () => Promise.resolve('Basic YWxpY2U6c2VjcmV0'), everywhere, 401, 'unauthenticated'],
  ['a token that is none', () => bearer('not-a-token'), everywhere, 401, 'unauthenticated'],
  ['a token of three empty parts', () => bearer('..'), everywhere, 401, 'unauthenticated'],
  ['a token with garbage inside', () => bearer('e30.bm90IEpTT04.e30'), everywhere, 401, 'unauthenticated'],
  ['an unsigned token', () => bearer(unsigned()), everywhere, 401, 'unauthenticated'],
  ['a token under the public key', () => bearer(signedWithThePublicKey()), everywhere, 401, 'unauthenticated'],
  ['a forged signature', () => sign('application', {}, { key: 'forged' }), everywhere, 401, 'unauthenticated'],
  ['an unknown key', () => sign('application', {}, { header: { kid: 'x' } }), everywhere, 401, 'unauthenticated'],
  ['an expired token', () => sign('application', { exp: secondsFromNow(-61) }), everywhere, 401, 'unauthenticated'],
  ['a token of tomorrow', () => sign('application', { nbf: secondsFromNow(3600) }), everywhere, 401, 'unauthenticated'],
  ['a token for another API', () => sign('application', { aud: randomUUID() }), everywhere, 401, 'unauthenticated'],
  [
    'an unknown issuer',
    () => sign('application', { iss: `${app.cloud.identity.url}/${randomUUID()}/v2.0` }),
    everywhere,
    401,
    'unauthenticated',
  ],
  [
    'an issuer of another tenant',
    () => sign('application', { tid: fabrikam?.tenantId }),
    everywhere,
    401,
    'unauthenticated',
  ],
  [
    'a version 1.0 token',
    () => sign('application', { ver: '1.0', azp: undefined, appid: appOf(contoso) }),
    everywhere,
    401,
    'unauthenticated',
  ],
  ['a token of another version', () => sign('application', { ver: '3.0' }), everywhere, 401, 'unauthenticated'],
  ['a token that never ends', () => without('exp'), everywhere, 401, 'unauthenticated'],
  ['a token without a tenant', () => without('tid'), everywhere, 401, 'unauthenticated'],
  ['a token without a client', () => without('azp'), everywhere, 401, 'unauthenticated'],
  ['an application without a role', () => sign('application', { roles: [] }), everywhere, 403, 'forbidden'],
  ['an application with no roles at all', () => without('roles'), everywhere, 403, 'forbidden'],
  [
    'an application with the role of a person',
    () => sign('application', { roles: everyScope.split(' '), scp: everyScope }),
    everywhere,
    403,
    'forbidden',
  ],
  ['a token that does not say that it is an application', () => without('idtyp'), everywhere, 403, 'forbidden'],
  ['an application', () => sign('application'), forPeople, 403, 'forbidden'],
  [
    'an application that is not onboarded',
    () => sign('application', { azp: randomUUID() }),
    forApplications,
    403,
    'not-onboarded',
  ],
  ['a person', () => sign('person'), forApplications, 403, 'forbidden'],
  [
    'a person with the role of an application',
    () => sign('person', { roles: ['Sessions.Issue'] }),
    forApplications,
    403,
    'forbidden',
  ],
  [
    'a person without any scope',
    () => bearer(app.cloud.identity.userToken(personWith())),
    everywhere,
    403,
    'forbidden',
  ],
  [
    'a person whose scopes only begin alike',
    () => sign('person', { scp: 'Cases.Reviewer Policies.ManageAll Audit.Read.All' }),
    everywhere,
    403,
    'forbidden',
  ],
  [
    'a person of another tenant with every scope',
    () => sign('person', { tid: fabrikam?.tenantId, iss: app.cloud.identity.issuers[1] ?? '' }),
    everywhere,
    403,
    'forbidden',
  ],
];

const matrix = refused.flatMap(([who, authorization, routes, status, code]) =>
  routes.map((route) => ({ who, authorization, route, status, code })),
);

const nobodys = (): Target => {
  const correlationId = randomUUID();
  return { customerId: 'nobody', correlationId, sessionId: `${correlationId}.AAAAAAAAAAA` };
};

/** Everything of an answer but what differs each time. */
const comparable = ({ status, headers, body }: Answer) => {
  const { requestId, ...rest } = body;
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  return { status, headers: [...headers].filter(([name]) => name !== 'date'), body: rest };
};

describe('whoever may not call', () => {
  it.each(matrix)('$who cannot $route: $status', async ({ authorization, route, status, code }) => {
    const header = await authorization();
    const atContoso = await callRoute[route]!(owned, header);
    const atNobody = await callRoute[route]!(nobodys(), header);

    expect([atContoso.status, atContoso.body.code]).toEqual([status, code]);
    expect(atContoso.headers.get('content-type')).toBe('application/problem+json');
    expect(atContoso.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(comparable(atContoso)).toEqual(comparable(atNobody));
  });
});

describe('an application of another customer', () => {
  const other = (): Promise<string> => bearer(app.cloud.identity.appToken(appOf(fabrikam)));

  it.each(forApplications.slice(2))('is told of our ids what it is told of nobody’s: %s', async (route) => {
    const header = await other();
    const ours = await callRoute[route]!(owned, header);
    const nobody = await callRoute[route]!(nobodys(), header);

    expect([ours.status, ours.body.code]).toEqual([404, 'not-found']);
    expect(comparable(ours)).toEqual(comparable(nobody));
  });

  it('has an end user of its own under the same reference', async () => {
    const theirs = await callRoute['create a session']!(owned, await other());

    expect(theirs.status).toBe(201);
    expect(theirs.body.correlationId).not.toBe(owned.correlationId);
  });
});

describe('whoever may', () => {
  it('another application of the same customer sees the sessions of the first', async () => {
    const second = await bearer(app.cloud.identity.appToken(appOf(contoso, 1)));
    const answer = await callRoute['read a session']!(owned, second);

    expect([answer.status, answer.body.state]).toEqual([200, 'open']);
  });

  it('a reviewer resets, an auditor reads the status, and neither does the other’s', async () => {
    const only = (scope: string): Promise<string> => bearer(app.cloud.identity.userToken(personWith(scope), [scope]));
    const [reviewer, auditor] = await Promise.all([only('Cases.Review'), only('Audit.Read')]);
    const statuses = await Promise.all(
      [reviewer, auditor].flatMap((who) => [
        callRoute['reset a correlation id']!(nobodys(), who),
        callRoute['read the status']!(owned, who),
      ]),
    );

    expect(statuses.map(({ status }) => status)).toEqual([404, 403, 403, 200]);
  });

  it('only who manages policies reads and changes them, and does nothing else', async () => {
    const only = (scope: string): Promise<string> => bearer(app.cloud.identity.userToken(personWith(scope), [scope]));
    const [manager, ...others] = await Promise.all(['Policies.Manage', 'Cases.Review', 'Audit.Read'].map(only));
    const policies = forPeople.filter((route) => /polic|enforce/.test(route));
    const rest = forPeople.filter((route) => !policies.includes(route));
    const statusesOf = async (routes: string[], who?: string): Promise<number[]> => {
      const statuses: number[] = [];
      for (const route of routes) statuses.push((await callRoute[route]!(nobodys(), who)).status);
      return statuses;
    };

    // Nobody's policy is changed: the active one is published as it is, and there is no such customer.
    expect(await statusesOf(policies, manager)).toEqual([200, 200, 404, 404, 404, 404]);
    expect(await statusesOf(rest, manager)).toEqual(rest.map(() => 403));
    for (const other of others) expect(await statusesOf(policies, other)).toEqual(policies.map(() => 403));
  });

  it('a clock that differs by less than a minute is no matter', async () => {
    const late = await sign('application', { exp: secondsFromNow(-40) });
    const early = await sign('application', { nbf: secondsFromNow(40), iat: secondsFromNow(40) });

    for (const token of [late, early]) expect((await callRoute['read a session']!(owned, token)).status).toBe(200);
  });

  it('everybody asks for health', async () => {
    expect((await call('GET', '/api/health')).status).toBe(200);
  });
});

describe('after all of this', () => {
  it('nothing has changed at Contoso: its session is open, and one token each was made', async () => {
    const answer = await app.call('GET', `/api/v1/liveness-sessions/${owned.sessionId}`);

    expect([answer.status, answer.body.state, answer.body.attempts]).toEqual([200, 'open', []]);
    expect(app.cloud.face.inspect().sessions).toMatchObject({ created: 2, deleted: 0 });
    expect(await app.history(owned.correlationId)).toMatchObject({ status: 'active' });
    expect((await app.history(owned.correlationId)).outstanding).toHaveLength(1);
  });

  it('no access token is in the log', () => {
    expect(app.logs.filter(({ message }) => /eyJ|Bearer/.test(message))).toEqual([]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';

import { defaultConfiguration } from '../../../local/identity/configuration.ts';
import { type LocalIdentity, startIdentity } from '../../../local/identity/start-identity.ts';

const [contoso, fabrikam] = defaultConfiguration.tenants;
const [mobileBank] = contoso!.clients;
const [carSharing] = fabrikam!.clients;
const [rosa, anton, , nils] = contoso!.people;

let identity: LocalIdentity;

beforeAll(async () => {
  identity = await startIdentity();
});

afterAll(() => identity.stop());

const verify = (token: string, tenantId: string, { url, apiClientId } = identity) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${url}/${tenantId}/discovery/v2.0/keys`)), {
    issuer: `${url}/${tenantId}/v2.0`,
    audience: apiClientId,
    algorithms: ['RS256'],
  });

const askForAppToken = (tenantId: string, form: Record<string, string>) =>
  fetch(`${identity.url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: mobileBank!.clientId,
      client_secret: mobileBank!.secret,
      scope: `api://${identity.apiClientId}/.default`,
      ...form,
    }),
  });

it('gives a client application a token with its roles', async () => {
  const token = await identity.appToken(mobileBank!.clientId);

  const { payload, protectedHeader } = await verify(token, contoso!.tenantId);
  expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) as string });
  expect(payload).toMatchObject({
    ver: '2.0',
    tid: contoso!.tenantId,
    azp: mobileBank!.clientId,
    idtyp: 'app',
    roles: ['Sessions.Issue'],
    nbf: payload.iat,
    exp: payload.iat! + 3600,
  });
  expect(payload).not.toHaveProperty('scp');
});

it('gives a person who signs in a token with the scopes that person has', async () => {
  const token = await identity.userToken(anton!.oid);

  const { payload } = await verify(token, contoso!.tenantId);
  expect(payload).toMatchObject({
    ver: '2.0',
    tid: contoso!.tenantId,
    oid: anton!.oid,
    azp: identity.consoleClientId,
    scp: 'Cases.Review Cases.Approve Customers.Manage',
  });
  expect(payload).not.toHaveProperty('roles');
  expect(payload).not.toHaveProperty('idtyp');
});

it.each([
  { why: 'only what was asked for', oid: anton!.oid, asked: ['Cases.Approve'], scp: 'Cases.Approve' },
  { why: 'not what the person may not do', oid: rosa!.oid, asked: ['Cases.Review', 'Audit.Read'], scp: 'Cases.Review' },
  { why: 'nothing to a person without permissions', oid: nils!.oid, asked: ['.default'], scp: '' },
])('grants a person $why', async ({ oid, asked, scp }) => {
  const token = await identity.userToken(oid, asked);

  expect(decodeJwt(token)).toMatchObject({ oid, scp });
});

it('keeps tenants apart: each has an issuer and applications of its own', async () => {
  const token = await identity.appToken(carSharing!.clientId);

  expect((await verify(token, fabrikam!.tenantId)).payload.tid).toBe(fabrikam!.tenantId);
  await expect(verify(token, contoso!.tenantId)).rejects.toThrow('unexpected "iss" claim value');
  expect((await askForAppToken(fabrikam!.tenantId, {})).status).toBe(401);
});

it.each([
  { mistake: 'a wrong secret', form: { client_secret: 'guessed' }, status: 401, error: 'invalid_client' },
  { mistake: 'another API', form: { scope: 'api://another/.default' }, status: 400, error: 'invalid_scope' },
])('gives an application no token for $mistake', async ({ form, status, error }) => {
  const answer = await askForAppToken(contoso!.tenantId, form);

  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error });
});

it('describes each tenant where Entra does', async () => {
  const issuer = identity.issuers[0]!;

  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as object;

  const tenantUrl = `${identity.url}/${contoso!.tenantId}`;
  expect(metadata).toMatchObject({
    issuer: `${tenantUrl}/v2.0`,
    authorization_endpoint: `${tenantUrl}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenantUrl}/oauth2/v2.0/token`,
    jwks_uri: `${tenantUrl}/discovery/v2.0/keys`,
  });
});

it('publishes no private key', async () => {
  const answer = await fetch(`${identity.url}/${contoso!.tenantId}/discovery/v2.0/keys`);

  const { keys } = (await answer.json()) as { keys: object[] };
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
});

it('answers 404 outside its tenants', async () => {
  expect((await fetch(`${identity.url}/another/v2.0/.well-known/openid-configuration`)).status).toBe(404);
});

describe('signing odd tokens', () => {
  it('signs any claims with the real key', async () => {
    const claims = { ...decodeJwt(await identity.appToken(mobileBank!.clientId)), ver: '1.0', appid: 'x' };

    const { payload } = await verify(await identity.sign(claims), contoso!.tenantId);

    expect(payload).toEqual(claims);
  });

  it('signs with a forged key under the id of the real one', async () => {
    const claims = decodeJwt(await identity.appToken(mobileBank!.clientId));

    const forged = await identity.sign(claims, { key: 'forged' });

    await expect(verify(forged, contoso!.tenantId)).rejects.toThrow('signature verification failed');
  });
});

describe('after a restart', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'identity-'));
  });

  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('still vouches for the tokens it issued, when it keeps its data', async () => {
    const before = await startIdentity({ dataDir });
    const token = await before.appToken(mobileBank!.clientId);
    await before.stop();

    const after = await startIdentity({ dataDir, port: before.port });
    try {
      expect((await verify(token, contoso!.tenantId, after)).payload.azp).toBe(mobileBank!.clientId);
    } finally {
      await after.stop();
    }
  });
});

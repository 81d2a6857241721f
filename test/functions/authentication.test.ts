// When the signing keys do not come, nobody is called a stranger for it: the caller may try again.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequest } from '@azure/functions';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { MemoryClientApplications } from '../../shared/adapters/memory/memory-client-applications.ts';
import { makeAuthentication, type Authentication } from '../../shared/http/authenticate.ts';

const tenant = 'tenant-1';
const audience = 'api-client-id';

/** Where the issuer's documents come from; a test replaces what it answers. */
let answers: { discovery: RequestListener; keys: RequestListener };
let server: Server;
let url: string;
let key: CryptoKey;
let authentication: Authentication;

const json =
  (content: unknown): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify(content));
const status =
  (code: number): RequestListener =>
  (_request, response) =>
    response.writeHead(code).end();
const text: RequestListener = (_request, response) => response.end('<html>maintenance</html>');
const cut: RequestListener = (request) => request.socket.destroy();

beforeAll(async () => {
  server = createServer((request, response) => {
    (request.url?.endsWith('/keys') ? answers.keys : answers.discovery)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

beforeEach(async () => {
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  const publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  answers = { discovery: json({ jwks_uri: `${url}/keys` }), keys: json({ keys: [publicKey] }) };
  const clientApplications = new MemoryClientApplications();
  clientApplications.put(`${tenant}:client-1`, 'contoso');
  authentication = makeAuthentication({
    apiClientId: audience,
    issuers: [issuer()],
    operatorTenantId: tenant,
    clientApplications,
    clock: { now: () => new Date() },
  });
});

const issuer = (): string => `${url}/${tenant}/v2.0`;

const whoCalls = async (kid = 'key-1') => {
  const claims = { ver: '2.0', tid: tenant, azp: 'client-1', idtyp: 'app', roles: ['Sessions.Issue'] };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(issuer())
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
  const request = new HttpRequest({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
  return authentication.application(request, 'Sessions.Issue');
};

describe('the signing keys of an issuer', () => {
  it('come over its discovery document', async () => {
    expect(await whoCalls()).toEqual({ clientKey: `${tenant}:client-1`, customerId: 'contoso' });
  });

  it.each<[string, 'discovery' | 'keys', RequestListener]>([
    ['the discovery document is an error', 'discovery', status(500)],
    ['the discovery document is none', 'discovery', text],
    ['the discovery document names no keys', 'discovery', json({})],
    ['the line to the discovery document is cut', 'discovery', cut],
    ['the keys are an error', 'keys', status(503)],
    ['the keys are no JSON', 'keys', text],
    ['the keys are no key set', 'keys', json({ error: 'temporarily_unavailable' })],
    ['the line to the keys is cut', 'keys', cut],
  ])('when %s, the caller may try again, and then is known', async (_what, which, trouble) => {
    const working = answers[which];
    answers[which] = trouble;
    await expect(whoCalls()).rejects.toMatchObject({ name: 'Unavailable' });

    answers[which] = working;
    expect(await whoCalls()).toMatchObject({ customerId: 'contoso' });
  });

  it('that do not hold the one of a token make its bearer a stranger', async () => {
    await expect(whoCalls('key-2')).rejects.toMatchObject({ name: 'Denied', code: 'unauthenticated' });
  });
});

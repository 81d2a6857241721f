import { createHash } from 'node:crypto';

import { defaultConfiguration } from '../../../local/identity/configuration.ts';
import { type LocalIdentity, startIdentity } from '../../../local/identity/start-identity.ts';

const [contoso] = defaultConfiguration.tenants;
const [rosa] = contoso!.people;
const redirectUri = 'http://localhost:5173/signed-in';
const verifier = 'a-verifier-of-at-least-forty-three-characters-0';

let identity: LocalIdentity;

beforeAll(async () => {
  identity = await startIdentity();
});

afterAll(() => identity.stop());

const authorize = (parameters: Record<string, string> = {}) => {
  const url = new URL(`${identity.url}/${contoso!.tenantId}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({
    client_id: identity.consoleClientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: `openid api://${identity.apiClientId}/.default`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'here-again',
    ...parameters,
  }).toString();
  return fetch(url, { redirect: 'manual' });
};

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

const follow = (answer: Response, cookie: string, form?: Record<string, string>) =>
  fetch(new URL(answer.headers.get('location')!, identity.url), {
    headers: { cookie },
    redirect: 'manual',
    ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
  });

const signIn = async () => {
  const asked = await authorize();
  const cookie = cookiesOf(asked);
  const signedIn = await follow(await follow(asked, cookie, { oid: rosa!.oid }), cookie);
  return new URL(signedIn.headers.get('location')!);
};

const redeem = (code: string, codeVerifier: string) =>
  fetch(`${identity.url}/${contoso!.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { origin: 'http://localhost:5173' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: identity.consoleClientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    }),
  });

it('shows the people of the tenant to choose from', async () => {
  const asked = await authorize();

  const page = await (await follow(asked, cookiesOf(asked))).text();

  expect(Array.from(page.matchAll(/value="([^"]+)"/g), ([, oid]) => oid)).toEqual(
    contoso!.people.map(({ oid }) => oid),
  );
  expect(page).toContain('Rosa Reviewer');
});

it('sends the browser back with a code that a page of another port can redeem, once', async () => {
  const back = await signIn();
  const code = back.searchParams.get('code')!;

  const first = await redeem(code, verifier);
  const second = await redeem(code, verifier);

  expect(back.href).toMatch(/^http:\/\/localhost:5173\/signed-in\?/);
  expect(back.searchParams.get('state')).toBe('here-again');
  expect(first.status).toBe(200);
  expect(first.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  expect(await first.json()).toMatchObject({
    token_type: 'Bearer',
    expires_in: 3600,
    id_token: expect.any(String) as string,
  });
  expect(second.status).toBe(400);
});

it('gives no token to whoever has the code without its verifier', async () => {
  const code = (await signIn()).searchParams.get('code')!;

  const answer = await redeem(code, 'another-verifier-of-at-least-forty-three-chars');

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
});

it('sends nobody to an address beyond this machine', async () => {
  const answer = await authorize({ redirect_uri: 'http://evil.example/signed-in' });

  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
  expect(await answer.text()).toContain('redirect_uri');
});

it('signs in nobody whom the tenant does not know', async () => {
  const asked = await authorize();

  const answer = await follow(asked, cookiesOf(asked), { oid: 'someone-else' });

  expect(answer.status).toBe(400);
  expect(await answer.text()).toBe('Nobody has this id in this tenant.');
});

it('says so when a sign-in is over', async () => {
  const asked = await authorize();

  const answer = await follow(asked, 'no cookie of this sign-in', { oid: rosa!.oid });

  expect(answer.status).toBe(400);
  expect(await answer.text()).toBe('This sign-in is over: start again.');
});

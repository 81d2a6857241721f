// Getting tokens over HTTP: as a client application, and as a person whose browser is played.

import { createHash, randomBytes } from 'node:crypto';

import * as z from 'zod';

const tokenAnswerSchema = z.object({ access_token: z.string() });

/** `tenantUrl` is `<url>/<tenantId>`. */
export const requestAppToken = async (
  tenantUrl: string,
  { clientId, secret, apiClientId }: { clientId: string; secret: string; apiClientId: string },
): Promise<string> =>
  requestToken(tenantUrl, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    scope: `api://${apiClientId}/.default`,
  });

/** Authorization code with PKCE, with a click on the person in between. */
export const requestUserToken = async (
  tenantUrl: string,
  { oid, clientId, scope }: { oid: string; clientId: string; scope: string },
): Promise<string> => {
  const redirectUri = 'http://127.0.0.1/signed-in';
  const verifier = randomBytes(32).toString('base64url');
  const browser = makeBrowser();

  const authorize = new URL(`${tenantUrl}/oauth2/v2.0/authorize`);
  authorize.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();

  const signInPage = await browser(authorize);
  const resume = await browser(signInPage, new URLSearchParams({ oid }));
  const signedIn = await browser(resume);
  const code = signedIn.searchParams.get('code');
  if (code === null) throw new Error(`No code: ${signedIn.searchParams.toString()}`);

  return requestToken(tenantUrl, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
};

const requestToken = async (tenantUrl: string, form: Record<string, string>): Promise<string> => {
  const answer = await fetch(`${tenantUrl}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`No token: ${answer.status} ${await answer.text()}`);
  return tokenAnswerSchema.parse(await answer.json()).access_token;
};

/** Carries cookies from page to page; each visit must end in a redirect, whose target is the answer. */
const makeBrowser = (): ((page: URL, form?: URLSearchParams) => Promise<URL>) => {
  const cookies = new Map<string, string>();
  return async (page, form) => {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(page, {
      headers: { cookie },
      redirect: 'manual',
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`Signing in stopped: ${answer.status} ${await answer.text()}`);
    return new URL(location, page);
  };
};

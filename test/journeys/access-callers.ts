// Every kind of caller: with each role or scope and with none, of its own tenant, of another customer's and of an unknown
// one, and with tokens that are none.

import { createHmac, randomUUID } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import type { LocalIdentity } from '../../local/identity/start-identity.ts';

const [contoso, fabrikam] = defaultConfiguration.tenants;

export type CustomerId = 'contoso' | 'fabrikam';

export interface TokenDesk {
  identity: LocalIdentity;
  /** What the first application of a customer, and a person of the operator, are called in their tokens. */
  claims: Record<CustomerId | 'person', JWTPayload>;
}

export interface Caller {
  who: string;
  authorization: (desk: TokenDesk) => Promise<string | undefined>;
  /** Which of the routes' needs it has. */
  may?: string | undefined;
  /** Whose things it sees; a person of the operator sees everybody's. */
  customerId?: CustomerId;
  /** How a route that it may not call refuses it. */
  refusal: (needs: string | undefined) => string;
}

const ISSUE = 'Sessions.Issue';
const scopes = ['Cases.Review', 'Cases.Approve', 'Customers.Manage', 'Policies.Manage', 'Audit.Read', 'People.Erase'];

export const openTokenDesk = async (identity: LocalIdentity): Promise<TokenDesk> => {
  const reviewer = contoso?.people[0]?.oid ?? '';
  const [ofContoso, ofFabrikam, ofPerson] = await Promise.all([
    identity.appToken(contoso?.clients[0]?.clientId ?? ''),
    identity.appToken(fabrikam?.clients[0]?.clientId ?? ''),
    identity.userToken(reviewer),
  ]);
  return {
    identity,
    claims: { contoso: decodeJwt(ofContoso), fabrikam: decodeJwt(ofFabrikam), person: decodeJwt(ofPerson) },
  };
};

export const bearer = async (token: string | Promise<string>): Promise<string> => `Bearer ${await token}`;

export const signed = (
  { identity, claims }: TokenDesk,
  whose: CustomerId | 'person',
  changes: JWTPayload = {},
  options?: Parameters<LocalIdentity['sign']>[1],
): Promise<string> => bearer(identity.sign({ ...claims[whose], ...changes }, options));

export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** A token of Contoso's application in which something is otherwise. */
const changed =
  (changes: () => JWTPayload, options?: Parameters<LocalIdentity['sign']>[1]): Caller['authorization'] =>
  (desk) =>
    signed(desk, 'contoso', changes(), options);

const fixed =
  (authorization: string | undefined): Caller['authorization'] =>
  () =>
    Promise.resolve(authorization);

const unsigned = ({ claims }: TokenDesk): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims.contoso)}.`;
};

/** Signed with what everybody knows, in the hope that a verifier takes it for a shared secret. */
const signedWithThePublicKey = async (desk: TokenDesk): Promise<string> => {
  const keys = await fetch(`${desk.identity.url}/${contoso?.tenantId}/discovery/v2.0/keys`);
  const [, payload = ''] = unsigned(desk).split('.');
  const content = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${payload}`;
  return `${content}.${createHmac('sha256', await keys.text())
    .update(content)
    .digest('base64url')}`;
};

const unknownTenant = ({ identity }: TokenDesk): JWTPayload => {
  const tid = randomUUID();
  return { tid, iss: `${identity.url}/${tid}/v2.0` };
};

const tenantOfFabrikam = ({ identity }: TokenDesk): JWTPayload => ({
  tid: fabrikam?.tenantId,
  iss: identity.issuers[1] ?? '',
});

const unauthenticated = (who: string, authorization: Caller['authorization']): Caller => ({
  who,
  authorization,
  refusal: () => '401 unauthenticated',
});

const forbidden = (who: string, authorization: Caller['authorization']): Caller => ({
  who,
  authorization,
  refusal: () => '403 forbidden',
});

const withoutRight: Caller[] = [
  unauthenticated('nobody', fixed(undefined)),
  unauthenticated('somebody with a password', fixed('Basic YWxpY2U6c2VjcmV0')),
  unauthenticated('a token that is none', fixed('Bearer not-a-token')),
  unauthenticated('a token of three empty parts', fixed('Bearer ..')),
  unauthenticated('a token with garbage inside', fixed('Bearer e30.bm90IEpTT04.e30')),
  unauthenticated('an unsigned token', (desk) => bearer(unsigned(desk))),
  unauthenticated('a token under the public key', (desk) => bearer(signedWithThePublicKey(desk))),
  unauthenticated(
    'a forged signature',
    changed(() => ({}), { key: 'forged' }),
  ),
  unauthenticated(
    'an unknown key',
    changed(() => ({}), { header: { kid: 'x' } }),
  ),
  unauthenticated(
    'an expired token',
    changed(() => ({ exp: secondsFromNow(-61) })),
  ),
  unauthenticated(
    'a token of tomorrow',
    changed(() => ({ nbf: secondsFromNow(3600) })),
  ),
  unauthenticated(
    'a token for another API',
    changed(() => ({ aud: randomUUID() })),
  ),
  unauthenticated(
    'an issuer of another tenant',
    changed(() => ({ tid: fabrikam?.tenantId })),
  ),
  unauthenticated(
    'a version 1.0 token',
    changed(() => ({ ver: '1.0', azp: undefined, appid: contoso?.clients[0]?.clientId })),
  ),
  unauthenticated(
    'a token of another version',
    changed(() => ({ ver: '3.0' })),
  ),
  ...['exp', 'tid', 'azp'].map((claim) =>
    unauthenticated(
      `a token without ${claim}`,
      changed(() => ({ [claim]: undefined })),
    ),
  ),
  forbidden(
    'an application whose token lists no roles',
    changed(() => ({ roles: undefined })),
  ),
  forbidden(
    'an application with every scope',
    changed(() => ({ roles: scopes, scp: scopes.join(' ') })),
  ),
  forbidden(
    'a token that does not say that it is an application',
    changed(() => ({ idtyp: undefined })),
  ),
  forbidden('a person with every role', (desk) =>
    signed(desk, 'person', { scp: undefined, roles: [ISSUE, ...scopes] }),
  ),
  forbidden('a person whose scopes only begin alike', (desk) =>
    signed(desk, 'person', { scp: 'Cases.Reviewer Policies.ManageAll Audit.Read.All' }),
  ),
  {
    who: 'an application that is not onboarded',
    authorization: changed(() => ({ azp: randomUUID() })),
    refusal: (needs) => (needs === ISSUE ? '403 not-onboarded' : '403 forbidden'),
  },
];

const applications = [[], ...[ISSUE, ...scopes].map((role) => [role])].flatMap((roles): Caller[] => {
  const what = roles.length === 0 ? 'without a role' : `with role ${roles.join()}`;
  const onboarded = (customerId: CustomerId): Caller => ({
    ...forbidden(`an application of ${customerId} ${what}`, (desk) => signed(desk, customerId, { roles })),
    may: roles.find((role) => role === ISSUE),
    customerId,
  });
  return [
    onboarded('contoso'),
    onboarded('fabrikam'),
    unauthenticated(`an application of an unknown tenant ${what}`, (desk) =>
      signed(desk, 'contoso', { roles, ...unknownTenant(desk) }),
    ),
  ];
});

const people = [undefined, ISSUE, ...scopes].flatMap((scope): Caller[] => {
  const what = scope === undefined ? 'without a scope' : `with scope ${scope}`;
  return [
    {
      ...forbidden(`a person of the operator ${what}`, (desk) => signed(desk, 'person', { scp: scope })),
      may: scopes.find((known) => known === scope),
    },
    forbidden(`a person of another customer ${what}`, (desk) =>
      signed(desk, 'person', { scp: scope, ...tenantOfFabrikam(desk) }),
    ),
    unauthenticated(`a person of an unknown tenant ${what}`, (desk) =>
      signed(desk, 'person', { scp: scope, ...unknownTenant(desk) }),
    ),
  ];
});

export const callers: readonly Caller[] = [...withoutRight, ...applications, ...people];

// The claims of Microsoft Entra's access tokens, version 2.0, as far as an API should look at them.

import { createHash } from 'node:crypto';

import type { ClientApplication, Person, Tenant } from './configuration.ts';

export const TOKEN_LIFETIME_SECONDS = 3600;

interface Common {
  aud: string;
  iss: string;
  iat: number;
  nbf: number;
  exp: number;
  tid: string;
  ver: '2.0';
}

export const commonClaims = (apiClientId: string, issuer: string, tenant: Tenant, issuedAt: number): Common => ({
  aud: apiClientId,
  iss: issuer,
  iat: issuedAt,
  nbf: issuedAt,
  exp: issuedAt + TOKEN_LIFETIME_SECONDS,
  tid: tenant.tenantId,
  ver: '2.0',
});

/** Client credentials: the application itself is the subject, with the roles it was given. */
export const applicationClaims = (tenant: Tenant, { clientId, roles }: ClientApplication) => {
  const oid = stableId(tenant.tenantId, clientId);
  return { azp: clientId, azpacr: '1', idtyp: 'app', oid, sub: oid, roles };
};

/** A person's token: `scp` names what the client asked for and the person may do. */
export const personClaims = (tenant: Tenant, person: Person, clientId: string, requestedScopes: readonly string[]) => ({
  azp: clientId,
  azpacr: '0',
  name: person.name,
  oid: person.oid,
  sub: stableId(tenant.tenantId, person.oid, clientId),
  scp: person.scopes.filter((scope) => grants(requestedScopes, scope)).join(' '),
});

/** `api://<id>/.default` asks for everything; otherwise scopes are asked for one by one. */
const grants = (requested: readonly string[], scope: string): boolean =>
  requested.some((asked) => asked.endsWith('/.default') || asked.endsWith(`/${scope}`));

/** The object id of an application, the subject of a person at a client: not configured, and always the same. */
const stableId = (...parts: string[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

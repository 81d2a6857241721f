// One tenant: oidc-provider, taught to issue what Microsoft Entra would.

import { randomBytes } from 'node:crypto';

import type { JWK } from 'jose';
import { type ClientMetadata, type Configuration, errors, Provider } from 'oidc-provider';

import type { IdentityConfiguration, Tenant } from './configuration.ts';
import { applicationClaims, commonClaims, personClaims, TOKEN_LIFETIME_SECONDS } from './entra-claims.ts';
import { makeAdapterFactory } from './memory-adapter.ts';

const WORKING_DAY_SECONDS = 8 * 3600;

export const issuerOf = (url: string, tenantId: string): string => `${url}/${tenantId}/v2.0`;

export const makeTenantProvider = (
  configuration: IdentityConfiguration,
  tenant: Tenant,
  url: string,
  signingKey: JWK & { kid: string },
): Provider => {
  const issuer = issuerOf(url, tenant.tenantId);
  const resource = `api://${configuration.apiClientId}`;
  const scopes = apiScopes(configuration, resource);

  const options: Configuration = {
    adapter: makeAdapterFactory(),
    clients: clientsOf(configuration, tenant),
    jwks: { keys: [signingKey] },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
    },
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'offline_access'],
    claims: { openid: ['sub', 'oid', 'tid'], profile: ['name'] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: scopes.join(' '),
          audience: configuration.apiClientId,
          accessTokenTTL: TOKEN_LIFETIME_SECONDS,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256', kid: signingKey.kid } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: (_context, token, parts) => {
          const clientId = token.clientId ?? '';
          const common = commonClaims(configuration.apiClientId, issuer, tenant, Number(parts.payload.iat));
          parts.header = { typ: 'JWT' };
          if ('accountId' in token) {
            const who = tenant.people.find(({ oid }) => oid === token.accountId)!;
            parts.payload = { ...common, ...personClaims(tenant, who, clientId, [...token.scopes]) };
          } else {
            if (!token.scopes.has(`${resource}/.default`))
              throw new errors.InvalidScope(`ask for ${resource}/.default`, '');
            const application = tenant.clients.find((client) => client.clientId === clientId)!;
            parts.payload = { ...common, ...applicationClaims(tenant, application) };
          }
        },
      },
    },
    findAccount: (_context, oid) => {
      const found = tenant.people.find((person) => person.oid === oid);
      if (found === undefined) return undefined;
      return { accountId: oid, claims: () => ({ sub: oid, oid, tid: tenant.tenantId, name: found.name }) };
    },
    // Consent is the administrator's: nobody is asked.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! });
      grant.addOIDCScope('openid profile offline_access');
      grant.addResourceScope(resource, scopes.join(' '));
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `/${tenant.tenantId}/sign-in/${uid}` },
    cookies: {
      // Tenants share an origin; each has cookies of its own.
      names: Object.fromEntries(
        ['session', 'interaction', 'resume'].map((name) => [name, `${name}.${tenant.tenantId}`]),
      ),
      keys: [randomBytes(32).toString('hex')],
      long: { signed: true, path: `/${tenant.tenantId}/` },
    },
    clientBasedCORS: (_context, origin) => isLoopback(origin),
    pkce: { required: () => true },
    ttl: {
      AccessToken: TOKEN_LIFETIME_SECONDS,
      AuthorizationCode: 60,
      IdToken: TOKEN_LIFETIME_SECONDS,
      ClientCredentials: TOKEN_LIFETIME_SECONDS,
      Interaction: TOKEN_LIFETIME_SECONDS,
      Session: WORKING_DAY_SECONDS,
      Grant: WORKING_DAY_SECONDS,
    },
    renderError: (context, { error, error_description }) => {
      context.type = 'text/plain';
      context.body = `${error}: ${error_description ?? 'no more is known'}`;
    },
  };

  const provider = new Provider(issuer, options);
  // A registered redirect address would need the port, and ports differ from run to run.
  provider.Client.prototype.redirectUriAllowed = isLoopback;
  return provider;
};

const apiScopes = ({ tenants }: IdentityConfiguration, resource: string): string[] => {
  const names = tenants.flatMap(({ people }) => people.flatMap(({ scopes }) => scopes));
  return Array.from(new Set(['.default', ...names]), (name) => `${resource}/${name}`);
};

const clientsOf = ({ consoleClientId }: IdentityConfiguration, { clients }: Tenant): ClientMetadata[] => [
  ...clients.map(({ clientId, secret }) => ({
    client_id: clientId,
    client_secret: secret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  })),
  {
    client_id: consoleClientId,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    redirect_uris: ['http://127.0.0.1/'],
  },
];

const isLoopback = (uri: string): boolean => {
  const { protocol, hostname } = URL.parse(uri) ?? {};
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
};

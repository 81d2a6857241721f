// The local identity provider: tokens as Microsoft Entra issues them, for several tenants on one loopback port.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { errors, type Provider } from 'oidc-provider';

import {
  defaultConfiguration,
  type IdentityConfiguration,
  type Tenant,
  tenantOfClient,
  tenantOfPerson,
} from './configuration.ts';
import { handleSignIn } from './sign-in-page.ts';
import { loadSigningKey, makePrivateKey } from './signing-key.ts';
import { issuerOf, makeTenantProvider } from './tenant-provider.ts';
import { requestAppToken, requestUserToken } from './token-requests.ts';

const KEEP_ALIVE_MS = 65_000;

export interface IdentityOptions {
  /** Default 0: any free port. */
  port?: number;
  configuration?: IdentityConfiguration;
  /** Where the signing key is kept; in memory when left out. */
  dataDir?: string;
}

export interface SignOptions {
  /** `forged`: another key under the id of the real one. Default: the real one. */
  key?: 'real' | 'forged';
  header?: Record<string, string>;
}

export interface LocalIdentity {
  url: string;
  port: number;
  apiClientId: string;
  consoleClientId: string;
  /** In the order of the tenants. */
  issuers: string[];
  appToken: (clientId: string) => Promise<string>;
  /** With all that the person may do, or with the scopes that are named. */
  userToken: (oid: string, scopes?: readonly string[]) => Promise<string>;
  /** Signs any claims, for tokens that the provider would never issue. */
  sign: (claims: JWTPayload, options?: SignOptions) => Promise<string>;
  stop: () => Promise<void>;
}

export const startIdentity = async (options: IdentityOptions = {}): Promise<LocalIdentity> => {
  const { configuration = defaultConfiguration } = options;
  const { apiClientId, consoleClientId, tenants } = configuration;
  const signingKey = await loadSigningKey(options.dataDir);

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  const sites = tenants.map((tenant) => ({
    tenant,
    provider: makeTenantProvider(configuration, tenant, url, signingKey),
  }));
  server.on('request', (request, response) => void serve(request, response, sites));

  const realKey = await importJWK(signingKey, 'RS256');
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    port,
    apiClientId,
    consoleClientId,
    issuers: tenants.map(({ tenantId }) => issuerOf(url, tenantId)),
    appToken: async (clientId) => {
      const { tenantId, clients } = tenantOfClient(configuration, clientId);
      const { secret } = clients.find((client) => client.clientId === clientId)!;
      return requestAppToken(`${url}/${tenantId}`, { clientId, secret, apiClientId });
    },
    userToken: async (oid, scopes = ['.default']) => {
      const { tenantId } = tenantOfPerson(configuration, oid);
      const scope = ['openid', ...scopes.map((name) => `api://${apiClientId}/${name}`)].join(' ');
      return requestUserToken(`${url}/${tenantId}`, { oid, clientId: consoleClientId, scope });
    },
    sign: (claims, { key = 'real', header = {} } = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signingKey.kid, ...header })
        .sign(key === 'real' ? realKey : makePrivateKey()),
    stop: () => (stopping ??= stop()),
  };
};

interface Site {
  tenant: Tenant;
  provider: Provider;
}

const serve = async (request: IncomingMessage, response: ServerResponse, sites: readonly Site[]): Promise<void> => {
  const path = request.url ?? '/';
  const site = sites.find(({ tenant }) => path.startsWith(`/${tenant.tenantId}/`));
  try {
    if (site === undefined) answerText(response, 404, 'No such tenant.');
    else if (path.startsWith(`/${site.tenant.tenantId}/sign-in/`)) {
      await handleSignIn(request, response, site.tenant, site.provider);
    } else {
      mount(request, `/${site.tenant.tenantId}`, path);
      await site.provider.callback()(request, response);
    }
  } catch (error) {
    if (error instanceof errors.OIDCProviderError) {
      answerText(response, 400, 'This sign-in is over: start again.');
      return;
    }
    console.error('local identity provider:', error);
    if (!response.headersSent) answerText(response, 500, 'The local identity provider failed; its log says why.');
  }
};

/** Below a tenant's path, oidc-provider knows only its own routes. The discovery document is the one that stands
 *  below the issuer, which ends in /v2.0. */
const mount = (request: IncomingMessage & { originalUrl?: string }, prefix: string, path: string): void => {
  request.url = path.slice(prefix.length).replace(/^\/v2\.0\/\.well-known\//, '/.well-known/');
  request.originalUrl = `${prefix}${request.url}`;
};

const answerText = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
};

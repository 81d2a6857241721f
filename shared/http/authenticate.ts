import type { HttpRequest } from '@azure/functions';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { Unavailable } from '../application/errors.ts';
import type { ClientApplications, Clock } from '../application/ports.ts';
import { Denied } from './errors.ts';

/** What an application, or a person through one, may be allowed to do. */
export type ApplicationRole = 'Sessions.Issue';
export type PersonScope =
  'Cases.Review' | 'Cases.Approve' | 'Customers.Manage' | 'Policies.Manage' | 'Audit.Read' | 'People.Erase';

export interface ApplicationCaller {
  clientKey: string;
  customerId: string;
}

export interface PersonCaller {
  /** Tenant and object id: the same person in another tenant is another caller. */
  personId: string;
}

export interface Authentication {
  application(request: HttpRequest, role: ApplicationRole): Promise<ApplicationCaller>;
  person(request: HttpRequest, scope: PersonScope): Promise<PersonCaller>;
}

interface Options {
  apiClientId: string;
  /** Version 2.0 issuers of the onboarded tenants, `…/<tenant id>/v2.0`. */
  issuers: readonly string[];
  /** People are accepted from here only. */
  operatorTenantId: string;
  clientApplications: ClientApplications;
  clock: Clock;
}

const claims = z.object({
  ver: z.literal('2.0'),
  tid: z.string().min(1),
  azp: z.string().min(1),
  oid: z.string().min(1).optional(),
  idtyp: z.string().optional(),
  roles: z.array(z.string()).default([]),
  scp: z.string().optional(),
});

const discovery = z.object({ jwks_uri: z.url() });
const DISCOVERY_DEADLINE_MS = 5000;
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Access tokens of Microsoft Entra, version 2.0. An application's token (`idtyp: app`) counts only for roles, a person's
 * (`scp`) only for scopes: neither can stand in for the other.
 */
export const makeAuthentication = (options: Options): Authentication => {
  const { apiClientId, issuers, operatorTenantId, clientApplications, clock } = options;
  const keysOf = new Map<string, Promise<JWTVerifyGetKey>>();

  return {
    application: async (request, role) => {
      const token = await verify(request);
      if (token.idtyp !== 'app' || !token.roles.includes(role)) throw new Denied('forbidden');
      const clientKey = `${token.tid}:${token.azp}`;
      const customerId = await clientApplications.findCustomerId(clientKey);
      if (customerId === undefined) throw new Denied('not-onboarded');
      return { clientKey, customerId };
    },
    person: async (request, scope) => {
      const token = await verify(request);
      const isPerson = token.idtyp !== 'app' && token.oid !== undefined;
      const permitted = token.scp?.split(' ').includes(scope) ?? false;
      if (!isPerson || !permitted || token.tid !== operatorTenantId) throw new Denied('forbidden');
      return { personId: `${token.tid}:${token.oid}` };
    },
  };

  async function verify(request: HttpRequest): Promise<z.infer<typeof claims>> {
    const header = request.headers.get('authorization') ?? '';
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token === undefined) throw new Denied('unauthenticated');
    try {
      const { payload } = await jwtVerify(
        token,
        // The issuer is checked against the list before any key of it is fetched.
        async (protectedHeader, jws) => (await keysFor(issuerOf(token)))(protectedHeader, jws),
        {
          issuer: [...issuers],
          audience: apiClientId,
          algorithms: ['RS256'],
          requiredClaims: ['exp', 'iat', 'tid', 'azp'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: clock.now(),
        },
      );
      const known = claims.safeParse(payload);
      if (!known.success || !payload.iss?.includes(`/${known.data.tid}/`)) throw new Denied('unauthenticated');
      return known.data;
    } catch (error) {
      if (error instanceof Denied) throw error;
      if (isAboutTheKeySet(error)) throw new Unavailable('signing keys did not come', { cause: error });
      if (error instanceof errors.JOSEError) throw new Denied('unauthenticated', { cause: error });
      throw new Unavailable('the access token could not be checked', { cause: error });
    }
  }

  function issuerOf(token: string): string {
    const payload = token.split('.')[1] ?? '';
    let issuer: unknown;
    try {
      issuer = (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss?: unknown }).iss;
    } catch {
      throw new Denied('unauthenticated');
    }
    if (typeof issuer !== 'string' || !issuers.includes(issuer)) throw new Denied('unauthenticated');
    return issuer;
  }

  function keysFor(issuer: string): Promise<JWTVerifyGetKey> {
    const known = keysOf.get(issuer) ?? discoverKeys(issuer);
    keysOf.set(issuer, known);
    known.catch(() => keysOf.delete(issuer));
    return known;
  }
};

/** The library calls an answer that is no key set by its general error, which stands for nothing else here. */
const isAboutTheKeySet = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  (error instanceof errors.JOSEError && error.code === errors.JOSEError.code);

const discoverKeys = async (issuer: string): Promise<JWTVerifyGetKey> => {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
  const { jwks_uri } = discovery.parse(await response.json());
  return createRemoteJWKSet(new URL(jwks_uri));
};

/** Rejects unless every issuer says where its signing keys are. */
export const probeIssuers = async (issuers: readonly string[]): Promise<void> => {
  await Promise.all(issuers.map((issuer) => discoverKeys(issuer)));
};

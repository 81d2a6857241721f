// The one place that reads the environment. Everything that is wrong is told together, and then the process ends.

import * as z from 'zod';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const isLoopback = (url: string): boolean => LOOPBACK.includes(URL.parse(url)?.hostname ?? '');

const endpoint = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => url.startsWith('https:') || isLoopback(url), 'must use https, except on loopback');

const secretBytes = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length >= 32, 'must hold at least 32 bytes, as base64');

const commaList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .refine((entries) => entries.length > 0, 'must name at least one');

/** Keys are for a local cloud; in Azure their absence means: managed identity. */
const localKeys = [
  { name: 'COSMOS_KEY', endpointName: 'COSMOS_ENDPOINT' },
  { name: 'FACE_KEY', endpointName: 'FACE_ENDPOINT' },
] as const;

const variables = z.object({
  AZURE_CLIENT_ID: z.string().optional(),
  COSMOS_ENDPOINT: endpoint,
  COSMOS_KEY: z.string().optional(),
  FACE_ENDPOINT: endpoint,
  FACE_KEY: z.string().optional(),
  FACE_CALLS_PER_SECOND: z.coerce.number().int().min(1).default(10),
  ServiceBusConnection: z.string().optional(),
  ServiceBusConnection__fullyQualifiedNamespace: z.string().optional(),
  API_CLIENT_ID: z.string().min(1),
  TOKEN_ISSUERS: commaList,
  OPERATOR_TENANT_ID: z.string().min(1),
  PSEUDONYM_KEY: secretBytes,
  PSEUDONYM_KEY_VERSION: z.coerce.number().int().min(1).default(1),
});

export const settingNames = Object.keys(variables.shape);

/** What no setting shows by itself. */
const mistakesAcross = (given: Record<string, string | undefined>): string[] => {
  const mistakes = localKeys
    .filter(({ name, endpointName }) => {
      const url = given[endpointName] ?? '';
      return given[name] !== undefined && URL.canParse(url) && !isLoopback(url);
    })
    .map(({ name, endpointName }) => `${name}: is accepted with a loopback ${endpointName} only`);
  const connection = given.ServiceBusConnection;
  if (connection === undefined && given.ServiceBusConnection__fullyQualifiedNamespace === undefined) {
    mistakes.push('ServiceBusConnection: is missing (in Azure: ServiceBusConnection__fullyQualifiedNamespace)');
  }
  if (connection !== undefined && !leadsToLoopback(connection)) {
    mistakes.push('ServiceBusConnection: is accepted with a loopback endpoint only');
  }
  return mistakes;
};

const leadsToLoopback = (connectionString: string): boolean => {
  const endpoints = connectionString.split(';').filter((part) => /^\s*endpoint\s*=/i.test(part));
  const isLocal = (part: string) => /=\s*sb:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/?\s*$/i.test(part);
  return endpoints.length > 0 && endpoints.every(isLocal);
};

export interface Settings {
  managedIdentityClientId?: string;
  cosmos: { endpoint: string; key?: string };
  face: { endpoint: string; key?: string; callsPerSecond: number };
  serviceBus: { connectionString: string } | { namespace: string };
  authentication: { apiClientId: string; issuers: string[]; operatorTenantId: string };
  pseudonyms: { secret: Buffer; version: number };
}

export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

/** Throws one `InvalidSettings` that lists every mistake, with the names of settings and never a value. */
export const readSettings = (env: Record<string, string | undefined>): Settings => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = variables.safeParse(given);
  const mistakes = (read.error?.issues ?? []).map(({ path, message, code }) => {
    const missing = code === 'invalid_type' && given[String(path[0])] === undefined;
    return `${path.join('.')}: ${missing ? 'is missing' : message}`;
  });
  mistakes.push(...mistakesAcross(given));
  if (!read.success || mistakes.length > 0) {
    throw new InvalidSettings(`The settings are wrong.\n  ${mistakes.join('\n  ')}`);
  }

  const { data } = read;
  return {
    ...(data.AZURE_CLIENT_ID !== undefined && { managedIdentityClientId: data.AZURE_CLIENT_ID }),
    cosmos: { endpoint: data.COSMOS_ENDPOINT, ...(data.COSMOS_KEY !== undefined && { key: data.COSMOS_KEY }) },
    face: {
      endpoint: data.FACE_ENDPOINT,
      callsPerSecond: data.FACE_CALLS_PER_SECOND,
      ...(data.FACE_KEY !== undefined && { key: data.FACE_KEY }),
    },
    serviceBus:
      data.ServiceBusConnection === undefined
        ? { namespace: data.ServiceBusConnection__fullyQualifiedNamespace ?? '' }
        : { connectionString: data.ServiceBusConnection },
    authentication: {
      apiClientId: data.API_CLIENT_ID,
      issuers: data.TOKEN_ISSUERS,
      operatorTenantId: data.OPERATOR_TENANT_ID,
    },
    pseudonyms: { secret: data.PSEUDONYM_KEY, version: data.PSEUDONYM_KEY_VERSION },
  };
};

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Settings = Readonly<Record<string, string | undefined>>;

/** "Values" of local.settings.json, where Core Tools keep the settings of a developer. */
export const readLocalSettings = (folder: string): Record<string, string> => {
  const file = join(folder, 'local.settings.json');
  if (!existsSync(file)) return {};
  return (JSON.parse(readFileSync(file, 'utf8')) as { Values?: Record<string, string> }).Values ?? {};
};

/** Replaces `%NAME%` in every string of a binding; names without a setting are added to `missing`. */
export const replaceSettings = <T>(value: T, settings: Settings, missing: Set<string>): T => {
  const replace = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replace(/%([^%\s]+)%/g, (text, name: string) => {
        const setting = settings[name];
        if (setting === undefined) missing.add(name);
        return setting ?? text;
      });
    }
    if (Array.isArray(part)) return part.map(replace);
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, replace(inner)]));
    }
    return part;
  };
  return replace(value) as T;
};

export const isDisabled = (functionName: string, settings: Settings): boolean => {
  const value =
    settings[`AzureWebJobs.${functionName}.Disabled`] ?? settings[`AzureWebJobs__${functionName}__Disabled`];
  return value === '1' || value?.toLowerCase() === 'true';
};

export type Connection =
  | { kind: 'connection-string'; connectionString: string }
  | { kind: 'identity'; fullyQualifiedNamespace: string; clientId?: string; tenantId?: string };

/** What the settings say about the connection that a binding names. */
export const findConnection = (name: string, settings: Settings): Connection | undefined => {
  for (const prefix of [`AzureWebJobs${name}`, name]) {
    const connectionString = settings[prefix];
    if (connectionString !== undefined && connectionString !== '')
      return { kind: 'connection-string', connectionString };
    const fullyQualifiedNamespace = settings[`${prefix}__fullyQualifiedNamespace`];
    if (fullyQualifiedNamespace !== undefined && fullyQualifiedNamespace !== '') {
      const clientId = settings[`${prefix}__clientId`];
      const tenantId = settings[`${prefix}__tenantId`];
      return {
        kind: 'identity',
        fullyQualifiedNamespace,
        ...(clientId !== undefined && { clientId }),
        ...(tenantId !== undefined && { tenantId }),
      };
    }
  }
  return undefined;
};

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { parseTimeSpan } from './timer/time-span.ts';

/** host.json, as far as it matters here; everything else in it is ignored. */
export interface HostConfig {
  functionTimeoutMs: number | undefined;
  http: {
    routePrefix: string;
    customHeaders: Record<string, string>;
    maxConcurrentRequests: number;
    maxOutstandingRequests: number;
  };
  serviceBus: {
    autoCompleteMessages: boolean;
    maxConcurrentCalls: number;
    maxAutoLockRenewalDurationMs: number;
    maxMessageBatchSize: number;
    prefetchCount: number;
  };
  hasExtensionBundle: boolean;
}

const duration = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration like "00:05:00"` });
  return z.NEVER;
});

const limit = z
  .number()
  .int()
  .transform((value) => (value < 0 ? Infinity : value));

const schema = z.object({
  functionTimeout: z.union([z.literal('-1').transform(() => Infinity), duration]).default(30 * 60_000),
  extensions: z
    .object({
      http: z
        .object({
          routePrefix: z.string().default('api'),
          customHeaders: z.record(z.string(), z.string()).default({}),
          maxConcurrentRequests: limit.default(Infinity),
          maxOutstandingRequests: limit.default(Infinity),
        })
        .prefault({}),
      serviceBus: z
        .object({
          autoCompleteMessages: z.boolean().default(true),
          maxConcurrentCalls: z
            .number()
            .int()
            .min(1)
            .default(16 * availableParallelism()),
          maxAutoLockRenewalDuration: duration.default(5 * 60_000),
          maxMessageBatchSize: z.number().int().min(1).default(1000),
          prefetchCount: z.number().int().min(0).default(0),
        })
        .prefault({}),
    })
    .prefault({}),
  extensionBundle: z.object({ id: z.string(), version: z.string() }).optional(),
});

export const readHostConfig = (hostJson: unknown): HostConfig => {
  const parsed = schema.safeParse(hostJson);
  if (!parsed.success) throw new Error(`host.json is wrong.\n${z.prettifyError(parsed.error)}`);
  const { functionTimeout, extensions, extensionBundle } = parsed.data;
  const { maxAutoLockRenewalDuration, ...serviceBus } = extensions.serviceBus;
  return {
    functionTimeoutMs: Number.isFinite(functionTimeout) ? functionTimeout : undefined,
    http: extensions.http,
    serviceBus: { ...serviceBus, maxAutoLockRenewalDurationMs: maxAutoLockRenewalDuration },
    hasExtensionBundle: extensionBundle?.id === 'Microsoft.Azure.Functions.ExtensionBundle',
  };
};

export const readHostJson = (folder: string): unknown => {
  const file = join(folder, 'host.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : {};
};

import type { RetryOptions } from '../rpc.ts';

export type RetryPolicy =
  | { kind: 'fixed'; maxRetryCount: number; delayMs: number }
  | { kind: 'exponential'; maxRetryCount: number; minimumMs: number; maximumMs: number };

export const readRetryPolicy = (options: RetryOptions | undefined): RetryPolicy | undefined => {
  if (options === undefined) return undefined;
  const maxRetryCount = options.maxRetryCount ?? 0;
  if (options.retryStrategy === 'exponentialBackoff') {
    const minimumMs = (options.minimumInterval?.seconds ?? 0) * 1000;
    return { kind: 'exponential', maxRetryCount, minimumMs, maximumMs: (options.maximumInterval?.seconds ?? 0) * 1000 };
  }
  return { kind: 'fixed', maxRetryCount, delayMs: (options.delayInterval?.seconds ?? 0) * 1000 };
};

/** A `maxRetryCount` of -1 means for ever. */
export const mayRetry = (policy: RetryPolicy, retriesSoFar: number): boolean =>
  policy.maxRetryCount === -1 || retriesSoFar < policy.maxRetryCount;

/** The wait before the n-th retry, counted from 1; `random` gives 0 to 1. */
export const retryDelayMs = (policy: RetryPolicy, retry: number, random: () => number): number => {
  if (policy.kind === 'fixed') return policy.delayMs;
  const { minimumMs, maximumMs } = policy;
  if (retry === 1) return Math.min(minimumMs, maximumMs);
  const jitter = 0.8 + 0.4 * random();
  return Math.min(maximumMs, Math.round(minimumMs + minimumMs * 2 ** (retry - 2) * jitter));
};

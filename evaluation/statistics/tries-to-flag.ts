import { firstAtLeast } from './first-at-least.ts';

/**
 * How many tries an attacker made until the flag, the one that brought it included; Infinity if it never came.
 * `maximumAfterTries` is ascending and holds, at k, the largest statistic after k tries.
 */
export const triesToFlag = (maximumAfterTries: ArrayLike<number>, limit: number): number => {
  const tries = firstAtLeast(maximumAfterTries, limit);
  return tries < maximumAfterTries.length ? tries : Infinity;
};

import { triesToFlag } from './tries-to-flag.ts';

/** From the first try to the one that brought the flag; 0 if the flag came before any try, Infinity if never. */
export const timeToFlagMs = (
  maximumAfterTries: ArrayLike<number>,
  triedAtMs: ArrayLike<number>,
  limit: number,
): number => {
  const tries = triesToFlag(maximumAfterTries, limit);
  if (tries === Infinity) return Infinity;
  return tries === 0 ? 0 : (triedAtMs[tries - 1] ?? NaN) - (triedAtMs[0] ?? NaN);
};

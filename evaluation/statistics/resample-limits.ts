import { allowedFlags, limitAbove } from './tune.ts';

/**
 * The limits that tuning would have found on resamples of the honest ids. A limit hangs on one order statistic, so only
 * that one is drawn: of n values drawn with replacement, the k-th largest is the one at rank n U, where U is the k-th
 * smallest of n uniform numbers, and that is 1 - exp(-(E1/n + E2/(n-1) + ... + Ek/(n-k+1))) with exponential E (Rényi
 * 1953). So a million ids cost no more than the thousand that may be flagged.
 */
export const resampleLimits = (
  maxima: ArrayLike<number>,
  rate: number,
  random: () => number,
  count = 1000,
): Float64Array => {
  const ascending = Float64Array.from(maxima).sort();
  const k = allowedFlags(ascending.length, rate) + 1;
  if (k > ascending.length) throw new RangeError('At this rate everybody may be flagged.');
  return Float64Array.from({ length: count }, () => {
    const rank = Math.floor(ascending.length * smallestUniform(k, ascending.length, random));
    return limitAbove(ascending[ascending.length - 1 - rank] ?? 0);
  });
};

const smallestUniform = (k: number, n: number, random: () => number): number => {
  let sum = 0;
  for (let j = 0; j < k; j += 1) sum -= Math.log(1 - random()) / (n - j);
  return -Math.expm1(-sum);
};

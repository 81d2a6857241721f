import { allowedFlags, limitAbove, type TunedLimit } from './tune.ts';

/**
 * What tuning would have found on resamples of the honest ids. A limit hangs on the largest maxima alone, so only those
 * are drawn: of n values drawn with replacement, the k-th largest is the one at rank n U, where U is the k-th smallest
 * of n uniform numbers, and that is 1 - exp(-(E1/n + E2/(n-1) + ... + Ek/(n-k+1))) with exponential E (Rényi 1953).
 * So a million ids cost no more than the thousand that may be flagged.
 */
export const resampleTuning = (
  maxima: ArrayLike<number>,
  rate: number,
  random: () => number,
  count = 1000,
): TunedLimit[] => {
  const ascending = Float64Array.from(maxima).sort();
  const allowed = allowedFlags(ascending.length, rate);
  if (allowed >= ascending.length) throw new RangeError('At this rate everybody may be flagged.');
  return Array.from({ length: count }, () => tuneResample(ascending, allowed, random));
};

const tuneResample = (ascending: Float64Array, allowed: number, random: () => number): TunedLimit => {
  const count = ascending.length;
  let exponent = 0;
  let lastValue = Infinity;
  let firstOfValue = 0;
  // Down from the largest, until all ids are seen that share the maximum of the largest one that is let off.
  for (let drawn = 0; drawn < count; drawn += 1) {
    exponent -= Math.log(1 - random()) / (count - drawn);
    const rank = Math.floor(-Math.expm1(-exponent) * count);
    const value = ascending[count - 1 - rank] ?? -Infinity;
    if (value === lastValue) continue;
    if (drawn > allowed) return tunedBetween(lastValue, firstOfValue / count, drawn / count);
    lastValue = value;
    firstOfValue = drawn;
  }
  return tunedBetween(lastValue, firstOfValue / count, 1);
};

const tunedBetween = (largestLetOff: number, honestRate: number, looserRate: number): TunedLimit => ({
  limit: limitAbove(largestLetOff),
  honestRate,
  looser: { limit: largestLetOff, honestRate: looserRate },
});

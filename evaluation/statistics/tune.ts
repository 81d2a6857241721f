import { firstAtLeast } from './first-at-least.ts';

export interface Limit {
  limit: number;
  /** Share of honest ids that are flagged at this limit. */
  honestRate: number;
}

export interface TunedLimit extends Limit {
  /**
   * The next lower limit, which flags too many. Rules that count have few limits to choose from; how far the two rates
   * lie apart says how much of the allowance such a rule had to leave unused. Undefined if nobody is let off.
   */
  looser: Limit | undefined;
}

/**
 * The smallest limit at which at most `rate` of the honest ids are ever flagged. `maxima` holds, for each honest id,
 * the largest statistic it ever had. Ids with the same maximum are flagged together or not at all, so the rate that is
 * reached may be lower than the rate that was asked for.
 */
export const tune = (maxima: ArrayLike<number>, rate: number): TunedLimit => {
  const ascending = Float64Array.from(maxima).sort();
  const smallest = ascending[0];
  if (smallest === undefined) throw new RangeError('There are no honest ids to tune with.');
  const largestLetOff = ascending[ascending.length - 1 - allowedFlags(ascending.length, rate)];
  if (largestLetOff === undefined) return { ...limitAt(ascending, smallest), looser: undefined };
  return { ...limitAt(ascending, limitAbove(largestLetOff)), looser: limitAt(ascending, largestLetOff) };
};

/** The smallest limit that lets a statistic off. The step is that of calibration: equal sums may differ in their last digits. */
export const limitAbove = (statistic: number): number => statistic + 1e-6;

/** How many of `count` ids may be flagged. A product such as 0.29 * 100 falls short of the whole number it means. */
export const allowedFlags = (count: number, rate: number): number => Math.floor(count * rate + 1e-9);

const limitAt = (ascending: Float64Array, limit: number): Limit => ({
  limit,
  honestRate: (ascending.length - firstAtLeast(ascending, limit)) / ascending.length,
});

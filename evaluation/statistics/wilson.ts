import type { Interval } from './interval.ts';

/** 97.5 % of a standard normal distribution lie below. */
const z = 1.959963984540054;

/** Wilson's 95 % score interval of a share. Good for small shares, also when nothing was counted. */
export const wilson = (successes: number, trials: number): Interval => {
  if (trials === 0) throw new RangeError('There is no share of nothing.');
  const share = successes / trials;
  const denominator = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / denominator;
  const half = (z / denominator) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return {
    estimate: share,
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
};

import { median, quantile } from '../statistics/quantiles.ts';

/** Infinity stands for what never came. */
export interface Distribution {
  median: number;
  p95: number;
  max: number;
}

export const distributionOf = (values: readonly number[]): Distribution => ({
  median: median(values),
  p95: quantile(values, 0.95),
  max: Math.max(...values),
});

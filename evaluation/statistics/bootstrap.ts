import { atHonestRate } from './at-honest-rate.ts';
import type { ByKind } from './by-kind.ts';
import type { Resamples } from './draw-resamples.ts';
import type { Interval } from './interval.ts';
import { quantile } from './quantiles.ts';
import type { TunedLimit } from './tune.ts';

/**
 * A mean over kinds of attack in each resample. `limits` has one limit for each resample: attackers and the honest ids
 * that tuned the limit are resampled together. Limits repeat, and values are asked for once a limit.
 */
export const resampleMeans = (
  valuesAt: (limit: number) => ByKind,
  limits: Float64Array,
  resamples: Resamples,
): Float64Array => {
  const means = new Float64Array(resamples.count);
  for (const [limit, ofLimit] of resamplesByLimit(limits, resamples.count)) {
    const values = valuesAt(limit);
    for (const resample of ofLimit) means[resample] = meanOfResample(values, resample, resamples);
  }
  return means;
};

/** The same at exactly the honest rate that was asked for, with one tuning for each resample. */
export const resampleMeansAtHonestRate = (
  valuesAt: (limit: number) => ByKind,
  tunings: readonly TunedLimit[],
  rate: number,
  resamples: Resamples,
): Float64Array => {
  const limits = Float64Array.from(tunings, ({ limit }) => limit);
  const looserLimits = Float64Array.from(tunings, ({ limit, looser }) => looser?.limit ?? limit);
  const means = resampleMeans(valuesAt, limits, resamples);
  const looserMeans = resampleMeans(valuesAt, looserLimits, resamples);
  return Float64Array.from(tunings, (tuning, resample) =>
    atHonestRate(tuning, rate, (limit) => (limit === tuning.limit ? means : looserMeans)[resample] ?? NaN),
  );
};

/** The percentile interval: 2.5 % of the resamples lie below, 2.5 % above. */
export const percentileInterval = (estimate: number, resampled: Float64Array): Interval => ({
  estimate,
  low: quantile(resampled, 0.025),
  high: quantile(resampled, 0.975),
});

const resamplesByLimit = (limits: Float64Array, count: number): Map<number, number[]> => {
  if (limits.length !== count) throw new RangeError('Each resample needs a limit.');
  const byLimit = new Map<number, number[]>();
  limits.forEach((limit, resample) => {
    const known = byLimit.get(limit);
    if (known === undefined) byLimit.set(limit, [resample]);
    else known.push(resample);
  });
  return byLimit;
};

const meanOfResample = (values: ByKind, resample: number, resamples: Resamples): number => {
  let sumOfMeans = 0;
  for (const [kind, ofKind] of values.entries()) {
    const drawn = resamples.drawn(resample, kind);
    let sum = 0;
    for (let unit = 0; unit < ofKind.length; unit += 1) sum += (ofKind[unit] ?? 0) * (drawn[unit] ?? 0);
    sumOfMeans += sum / ofKind.length;
  }
  return sumOfMeans / values.length;
};

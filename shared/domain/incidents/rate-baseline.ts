// What share of a customer's checks usually fails: counts of earlier hours, of which half are forgotten every few days.
// The present hour joins when it is over, without the slices (app versions) that had an open incident in it: what is
// broken must not become usual. Kept as two sums that fade, advanced only by checks, so that looking changes nothing.

import { MS_PER_DAY, MS_PER_HOUR } from '../time.ts';

export interface RateBaseline {
  /** Number of the present hour, counted from the epoch. */
  hour: number;
  /** Of earlier hours, faded to the present one. */
  checks: number;
  failures: number;
  present: SliceOfHour[];
}

interface SliceOfHour {
  slice: string;
  checks: number;
  failures: number;
  leftOut: boolean;
}

export const emptyBaseline = (): RateBaseline => ({ hour: 0, checks: 0, failures: 0, present: [] });

/** The share that fails usually, with one failure and one success assumed: never 0, never 1. */
export const usualShare = ({ checks, failures }: RateBaseline): number => (1 + failures) / (2 + checks);

/** Changes the baseline in place, as everything below. */
export const turnToHourOf = (baseline: RateBaseline, atMs: number, halfLifeDays: number): void => {
  const hour = Math.floor(atMs / MS_PER_HOUR);
  if (hour <= baseline.hour) return;
  for (const { checks, failures, leftOut } of baseline.present) {
    if (leftOut) continue;
    baseline.checks += checks;
    baseline.failures += failures;
  }
  const kept = 2 ** ((-(hour - baseline.hour) * MS_PER_HOUR) / (halfLifeDays * MS_PER_DAY));
  baseline.checks *= kept;
  baseline.failures *= kept;
  baseline.hour = hour;
  baseline.present = [];
};

export const countCheck = (baseline: RateBaseline, slice: string, failed: boolean): void => {
  const counted = sliceOf(baseline, slice);
  counted.checks += 1;
  if (failed) counted.failures += 1;
};

/** The slice has an open incident: its present hour will not be counted. */
export const leaveOut = (baseline: RateBaseline, slice: string): void => {
  sliceOf(baseline, slice).leftOut = true;
};

const sliceOf = (baseline: RateBaseline, slice: string): SliceOfHour => {
  const known = baseline.present.find((entry) => entry.slice === slice);
  if (known !== undefined) return known;
  const fresh = { slice, checks: 0, failures: 0, leftOut: false };
  baseline.present.push(fresh);
  return fresh;
};

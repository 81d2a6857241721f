import type { Interval } from '../statistics/interval.ts';
import { formatPerTenThousandInterval } from './formats.ts';
import { barPlot } from './svg/bar-plot.ts';

export interface FlaggedGroup {
  group: string;
  /** Share of the group's ids. */
  flagged: Interval;
}

/** The axis goes at least to 1 in 10,000: where nobody is flagged it still needs a length. */
const leastHigh = 1e-4;

/** How many honest people are flagged, for instance by what kind of camera and luck they have. */
export const honestRatePlot = (by: string, groups: readonly FlaggedGroup[]): string =>
  barPlot({
    title: `Honest ids flagged in 30 days, by ${by}`,
    description:
      'Flagged per 10,000 ids, with 95 % intervals. ' +
      groups.map(({ group, flagged }) => `${group}: ${formatPerTenThousandInterval(flagged)}`).join('; '),
    axis: {
      label: 'flagged per 10,000',
      scale: 'linear',
      low: 0,
      high: Math.max(leastHigh, ...groups.map(({ flagged }) => flagged.high)),
      format: (share) => String(Number((share * 10_000).toPrecision(6))),
    },
    bars: groups.map(({ group, flagged }) => ({ label: group, value: flagged })),
    formatValue: formatPerTenThousandInterval,
  });

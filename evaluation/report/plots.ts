import { comparedKinds } from '../compare.ts';
import { OURS } from '../contestants.ts';
import type { Evaluation } from '../measure-all.ts';
import { breachPlot } from './breach-plot.ts';
import { formatPerTenThousand } from './formats.ts';
import { honestRatePlot } from './honest-rate-plot.ts';
import { triesToFlagPlot } from './tries-to-flag-plot.ts';

/** The best of each family by device, and rules that are much in use. A plot holds eight lines. */
export const plotted = [
  OURS,
  'failures in 24 h, per device',
  'NIST consecutive failures, per device',
  'AWS failures in 3 min, per device',
  'Login.gov tries, 6 h',
  'Keycloak failures, 12 h, per device',
  'spoofs in 24 h, per device',
  'decayed log-likelihood, 7 days, per device',
] as const;

export const plotPaths = {
  tries: 'docs/evaluation/tries-to-flag.svg',
  breach: 'docs/evaluation/breach.svg',
  groups: 'docs/evaluation/honest-groups.svg',
  devices: 'docs/evaluation/honest-devices.svg',
} as const;

/** By path. */
export const plotsOf = ({ comparisons, breachByRate, shipped, populations }: Evaluation): Record<string, string> => {
  const [often] = comparisons;
  if (often === undefined) return {};
  return {
    [plotPaths.tries]: triesToFlagPlot(
      `${formatPerTenThousand(often.rate)} honest flags per 10,000`,
      plotted.flatMap((name) => {
        const row = often.rows.find((candidate) => candidate.name === name);
        if (row === undefined) return [];
        const attackersAKind = row.tries.length / comparedKinds.length;
        const triesToFlag = comparedKinds.map((_, kind) =>
          Float64Array.from(row.tries.slice(kind * attackersAKind, (kind + 1) * attackersAKind)),
        );
        return [{ name, triesToFlag }];
      }),
    ),
    [plotPaths.breach]: breachPlot(
      0.03,
      plotted.flatMap((name) => {
        const tuned = breachByRate.find((candidate) => candidate.name === name)?.points;
        const asShipped = shipped.find((candidate) => candidate.name === name);
        if (tuned === undefined) return [];
        const isShown = asShipped !== undefined && asShipped.honestRate > 0;
        return [{ name, tuned, ...(isShown && { shipped: asShipped }) }];
      }),
    ),
    [plotPaths.groups]: honestRatePlot(
      'group',
      populations.ordinary.byGroup.map(({ group, flagged }) => ({ group, flagged })),
    ),
    [plotPaths.devices]: honestRatePlot(
      'use of devices',
      populations.ordinary.byDeviceUse.map(({ use, flagged }) => ({ group: use, flagged })),
    ),
  };
};

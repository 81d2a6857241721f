import { type ByKind, meanOverKinds } from '../statistics/by-kind.ts';
import { formatShare } from './formats.ts';
import { linePlot, type Point } from './svg/line-plot.ts';

export interface TriesOfDetector {
  name: string;
  /** For each attacker: tries until the flag; Infinity if it never came. */
  triesToFlag: ByKind;
}

const shownTries = 40;

/** Which share of attackers is flagged after how many tries. The first detector is the one that the plot is about. */
export const triesToFlagPlot = (honestRate: string, detectors: readonly TriesOfDetector[]): string =>
  linePlot({
    title: `Attackers flagged, by tries made (${honestRate})`,
    description:
      'Share of attackers that are flagged within a number of tries, as a mean over kinds of attack. ' +
      detectors
        .map(({ name, triesToFlag }) => `${name}: ${formatShare(flaggedShare(triesToFlag, 10))} within 10 tries`)
        .join('; '),
    x: { label: 'tries made', scale: 'linear', low: 0, high: shownTries, format: String },
    y: {
      label: 'attackers flagged',
      scale: 'linear',
      low: 0,
      high: 1,
      format: (share) => `${Math.round(share * 100)} %`,
    },
    series: detectors.map(({ name, triesToFlag }, index) => ({
      name,
      shape: 'steps',
      points: Array.from({ length: shownTries + 1 }, (_, tries): Point => ({
        x: tries,
        y: flaggedShare(triesToFlag, tries),
      })),
      isEmphasised: index === 0,
    })),
  });

const flaggedShare = (triesToFlag: ByKind, within: number): number =>
  meanOverKinds(triesToFlag.map((kind) => kind.map((tries) => (tries <= within ? 1 : 0))));

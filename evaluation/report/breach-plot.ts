import { formatChance, formatPerTenThousand } from './formats.ts';
import { linePlot } from './svg/line-plot.ts';

export interface BreachAtRate {
  /** Share of honest ids that are flagged. */
  honestRate: number;
  /** Chance that a try passes before the flag. */
  breach: number;
}

export interface BreachOfDetector {
  name: string;
  /** By rising honest rate. */
  tuned: readonly BreachAtRate[];
  /** At the limit that the rule ships; left out if it flags no honest id, which a logarithmic axis cannot show. */
  shipped?: BreachAtRate;
}

const lowestRate = 1e-5;
const highestRate = 1e-1;

/** What security costs honest people: further left and further down is better. The first detector is emphasised. */
export const breachPlot = (passChance: number, detectors: readonly BreachOfDetector[]): string =>
  linePlot({
    title: `Chance of a breach before the flag, at ${passChance} a try`,
    description:
      'Chance that an attacker passes before the flag, against the share of honest ids that are flagged in 30 days. ' +
      detectors.map(describe).join('; '),
    x: {
      label: 'honest ids flagged in 30 days, per 10,000 (dots: as shipped)',
      scale: 'log',
      low: lowestRate,
      high: highestRate,
      format: (rate) => String(Number((rate * 10_000).toPrecision(3))),
    },
    y: { label: 'breach before the flag', scale: 'linear', low: 0, high: highestBreach(detectors), format: String },
    series: detectors.map(({ name, tuned, shipped }, index) => ({
      name,
      shape: 'line',
      points: tuned.filter(isShown).map(toPoint),
      ...(shipped !== undefined && isShown(shipped) && { mark: toPoint(shipped) }),
      isEmphasised: index === 0,
    })),
  });

const isShown = ({ honestRate }: BreachAtRate): boolean => honestRate >= lowestRate && honestRate <= highestRate;

const toPoint = ({ honestRate, breach }: BreachAtRate): { x: number; y: number } => ({ x: honestRate, y: breach });

/** The next tenth above everything that is drawn. */
const highestBreach = (detectors: readonly BreachOfDetector[]): number => {
  const breaches = detectors.flatMap(({ tuned, shipped }) => [...tuned, ...(shipped === undefined ? [] : [shipped])]);
  const highest = Math.max(...breaches.map(({ breach }) => breach));
  return Math.min(1, (Math.floor(highest * 10) + 1) / 10);
};

const describe = ({ name, tuned }: BreachOfDetector): string => {
  const points = tuned.map(
    ({ honestRate, breach }) => `${formatChance(breach)} at ${formatPerTenThousand(honestRate)} per 10,000`,
  );
  return `${name}: ${points.join(', ')}`;
};

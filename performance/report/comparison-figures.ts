import { atLeast, atMost, type Figure } from '../../evaluation/bench/figure.ts';
import type { Comparison } from '../pipelines/compare.ts';
import { BATCH, CONCURRENCY, PLAIN_ALL_DUTIES, PLAIN_ALL_DUTIES_AT_ONCE } from '../pipelines/contestants.ts';
import { ifQuiet } from './if-quiet.ts';

interface Bounds {
  shape: string;
  /** Something was added to each request. */
  isDelayed: boolean;
  opponent: keyof typeof ratioTo;
  /** Times as many results a second, at least. */
  faster: number;
  /** Of the opponent's charges, at most. */
  chargeShare: number;
}

const ratioTo = {
  [PLAIN_ALL_DUTIES]: `ratio to ${CONCURRENCY} at once`,
  [PLAIN_ALL_DUTIES_AT_ONCE]: `ratio to ${BATCH} at once`,
};

/** Ratios of one run move with what else the machine does: each bound lies below what a quiet one measures. */
const BOUNDS: readonly Bounds[] = [
  { shape: 'everyday', isDelayed: false, opponent: PLAIN_ALL_DUTIES, faster: 0.9, chargeShare: 1.25 },
  { shape: 'everyday', isDelayed: false, opponent: PLAIN_ALL_DUTIES_AT_ONCE, faster: 0.5, chargeShare: 1.25 },
  { shape: 'everyday', isDelayed: true, opponent: PLAIN_ALL_DUTIES, faster: 1.5, chargeShare: 1.25 },
  { shape: 'everyday', isDelayed: true, opponent: PLAIN_ALL_DUTIES_AT_ONCE, faster: 0.5, chargeShare: 1.25 },
  { shape: 'brute force', isDelayed: false, opponent: PLAIN_ALL_DUTIES, faster: 2, chargeShare: 0.65 },
  { shape: 'brute force', isDelayed: false, opponent: PLAIN_ALL_DUTIES_AT_ONCE, faster: 2, chargeShare: 0.55 },
  { shape: 'brute force', isDelayed: true, opponent: PLAIN_ALL_DUTIES, faster: 2.5, chargeShare: 0.65 },
  { shape: 'brute force', isDelayed: true, opponent: PLAIN_ALL_DUTIES_AT_ONCE, faster: 2, chargeShare: 0.55 },
];

/** The product against the plain pipelines that do as much. Beside too much other work, rates are not judged. */
export const comparisonFigures = (comparisons: readonly Comparison[], otherWork: number | undefined): Figure[] =>
  comparisons.flatMap(({ shape, latencyMs, standings }) =>
    BOUNDS.filter((bounds) => bounds.shape === shape.name && bounds.isDelayed === latencyMs > 0).flatMap((bounds) => {
      const plain = standings.find(({ pipeline }) => pipeline === bounds.opponent);
      if (plain === undefined) throw new Error(`"${bounds.opponent}" did not take part`);
      const what = `${ratioTo[bounds.opponent]}, ${shape.name}, ${latencyMs} ms`;
      return [
        ratio(`results a second, ${what}`, plain.productIsFaster, ifQuiet(otherWork, atLeast(bounds.faster))),
        ratio(`charges a session, ${what}`, plain.productChargeShare, atMost(bounds.chargeShare)),
      ];
    }),
  );

const ratio = (measure: string, value: number, bound: Pick<Figure, 'bound'>): Figure => ({
  measure,
  value,
  unit: '',
  digits: 2,
  ...bound,
});

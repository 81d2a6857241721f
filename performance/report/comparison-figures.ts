import { atLeast, atMost, type Figure } from '../../evaluation/bench/figure.ts';
import type { Comparison } from '../pipelines/compare.ts';
import { PLAIN_ALL_DUTIES } from '../pipelines/contestants.ts';
import { ifQuiet } from './if-quiet.ts';

/**
 * The lock: the ratios of one run move with what else the machine does, so it lies well below what is measured, and above
 * what a step back would leave.
 */
const LOCKS: Readonly<Record<string, { faster: number; chargeShare: number }>> = {
  everyday: { faster: 0.9, chargeShare: 1.25 },
  'brute force': { faster: 2, chargeShare: 0.65 },
};

/** The product against the plain pipeline that does as much. Beside too much other work, rates are not judged. */
export const comparisonFigures = (comparisons: readonly Comparison[], otherWork: number | undefined): Figure[] =>
  comparisons.flatMap(({ shape, latencyMs, standings }) => {
    const plain = standings.find(({ pipeline }) => pipeline === PLAIN_ALL_DUTIES);
    const lock = LOCKS[shape.name];
    if (plain === undefined || lock === undefined) return [];
    const where = `${shape.name}, ${latencyMs} ms`;
    return [
      ratio(`results a second, ratio, ${where}`, plain.productIsFaster, ifQuiet(otherWork, atLeast(lock.faster))),
      ratio(`charges a session, ratio, ${where}`, plain.productChargeShare, atMost(lock.chargeShare)),
    ];
  });

const ratio = (measure: string, value: number, bound: Pick<Figure, 'bound'>): Figure => ({
  measure,
  value,
  unit: '',
  digits: 2,
  ...bound,
});

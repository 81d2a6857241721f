import { atLeast, atMost, type Figure } from '../../evaluation/bench/figure.ts';
import type { Comparison, Standing } from '../pipelines/compare.ts';
import { PLAIN_ALL_DUTIES } from '../pipelines/contestants.ts';

/**
 * The lock: the ratios of one run move with what else the machine does, so it lies well below what is measured, and above
 * what a step back would leave.
 */
const LOCKS: Readonly<Record<string, { faster: number; chargeShare: number }>> = {
  everyday: { faster: 1.3, chargeShare: 1.25 },
  'brute force': { faster: 3, chargeShare: 0.65 },
};

/** The product against the plain pipeline that does as much. */
export const comparisonFigures = (comparisons: readonly Comparison[]): Figure[] =>
  comparisons.flatMap(({ shape, latencyMs, standings }) => {
    const plain = standings.find(({ pipeline }) => pipeline === PLAIN_ALL_DUTIES);
    const lock = LOCKS[shape.name];
    return plain === undefined || lock === undefined ? [] : ratios(`${shape.name}, ${latencyMs} ms`, plain, lock);
  });

const ratios = (
  where: string,
  { productIsFaster, productChargeShare }: Standing,
  lock: { faster: number; chargeShare: number },
): Figure[] => [
  {
    measure: `results a second, ratio, ${where}`,
    value: productIsFaster,
    unit: '',
    digits: 2,
    ...atLeast(lock.faster),
  },
  {
    measure: `charges a session, ratio, ${where}`,
    value: productChargeShare,
    unit: '',
    digits: 2,
    ...atMost(lock.chargeShare),
  },
];

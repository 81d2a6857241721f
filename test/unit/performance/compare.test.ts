import { comparisonOf, shapesOf } from '../../../performance/pipelines/compare.ts';
import { PLAIN_ALL_DUTIES, PRODUCT } from '../../../performance/pipelines/contestants.ts';
import type { Drained } from '../../../performance/pipelines/drain.ts';
import { comparisonFigures } from '../../../performance/report/comparison-figures.ts';
import { holds } from '../../../evaluation/bench/figure.ts';

const drained = (what: Partial<Drained>): Drained => ({
  results: 100,
  sessions: 50,
  seconds: 1,
  cpuSeconds: 0.5,
  failedCalls: 0,
  requests: 200,
  charge: 1000,
  byKind: {},
  ...what,
});
const round = (product: Partial<Drained>, plain: Partial<Drained>): Map<string, Drained> =>
  new Map([
    [PRODUCT, drained(product)],
    [PLAIN_ALL_DUTIES, drained(plain)],
  ]);

const [everyday, bruteForce] = shapesOf(50);
const pipelines = [{ name: PRODUCT }, { name: PLAIN_ALL_DUTIES }];

describe('a comparison', () => {
  it('takes the median of the ratios of each round, so that a slow round is slow for both', () => {
    const rounds = [
      round({ seconds: 1 }, { seconds: 4 }),
      round({ seconds: 10 }, { seconds: 50 }),
      round({ seconds: 1 }, { seconds: 6 }),
    ];

    const { standings } = comparisonOf(everyday!, 0, rounds, pipelines);

    expect(standings).toMatchObject([
      { pipeline: PRODUCT, resultsPerSecond: 100, productIsFaster: 1 },
      { pipeline: PLAIN_ALL_DUTIES, productIsFaster: 5 },
    ]);
  });

  it('gives charges and requests a session, and processor time a result', () => {
    const rounds = [round({ charge: 500 }, { charge: 2000, requests: 400, byKind: { 'people summary': 150 } })];

    const { standings } = comparisonOf(everyday!, 0, rounds, pipelines);

    expect(standings[1]).toMatchObject({
      chargePerSession: 40,
      productChargeShare: 0.25,
      requestsPerSession: 8,
      cpuMsPerResult: 5,
      chargeByKind: { 'people summary': 3 },
    });
  });

  it.each([
    [2, 0.5, []],
    [6, 0.5, ['results a second, ratio, brute force, 0 ms']],
    [2, 4, ['charges a session, ratio, brute force, 0 ms']],
  ])(
    'breaks its lock when the product is too slow or too dear: %d s, %d times the charge',
    (seconds, charge, broken) => {
      const rounds = [round({ seconds, charge: 1000 * charge }, { seconds: 8 })];

      const figures = comparisonFigures([comparisonOf(bruteForce!, 0, rounds, pipelines)], 0);

      expect(figures.filter((figure) => !holds(figure)).map(({ measure }) => measure)).toEqual(broken);
    },
  );

  it('judges no rate that was measured beside other work, and charges all the same', () => {
    const rounds = [round({ seconds: 6, charge: 4000 }, { seconds: 8 })];

    const figures = comparisonFigures([comparisonOf(bruteForce!, 0, rounds, pipelines)], 0.5);

    expect(figures.filter((figure) => !holds(figure)).map(({ measure }) => measure)).toEqual([
      'charges a session, ratio, brute force, 0 ms',
    ]);
  });
});

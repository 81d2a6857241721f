import { comparisonOf, shapesOf } from '../../../performance/pipelines/compare.ts';
import { PLAIN_ALL_DUTIES, PLAIN_ALL_DUTIES_AT_ONCE, PRODUCT } from '../../../performance/pipelines/contestants.ts';
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
const round = (product: Partial<Drained>, plain: Partial<Drained>, atOnce = plain): Map<string, Drained> =>
  new Map([
    [PRODUCT, drained(product)],
    [PLAIN_ALL_DUTIES, drained(plain)],
    [PLAIN_ALL_DUTIES_AT_ONCE, drained(atOnce)],
  ]);

const [everyday, bruteForce] = shapesOf(50);
const pipelines = [{ name: PRODUCT }, { name: PLAIN_ALL_DUTIES }, { name: PLAIN_ALL_DUTIES_AT_ONCE }];

describe('a comparison', () => {
  it('takes the median of the ratios of each round, so that a slow round is slow for both', () => {
    const rounds = [
      round({ seconds: 1 }, { seconds: 4 }),
      round({ seconds: 10 }, { seconds: 50 }),
      round({ seconds: 1 }, { seconds: 6 }),
    ];

    const { standings } = comparisonOf(everyday!, 0, rounds, pipelines);

    expect(standings.slice(0, 2)).toMatchObject([
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

  const brokenIn = (product: Partial<Drained>, plain: Partial<Drained>, atOnce?: Partial<Drained>, otherWork = 0) =>
    comparisonFigures([comparisonOf(bruteForce!, 0, [round(product, plain, atOnce)], pipelines)], otherWork)
      .filter((figure) => !holds(figure))
      .map(({ measure }) => measure);

  it.each([
    { what: 'holds', seconds: 2, charge: 500, broken: [] },
    { what: 'is broken by a product that is too slow', seconds: 6, charge: 500, broken: ['results a second'] },
    { what: 'is broken by a product that is too dear', seconds: 2, charge: 4000, broken: ['charges a session'] },
  ])('has a bound that $what, beside few messages at once and beside many', ({ seconds, charge, broken }) => {
    const good = { seconds: 60, charge: 40_000 };
    const plain = { seconds: 8 };

    const of = (atOnce: number) => broken.map((figure) => `${figure}, ratio to ${atOnce} at once, brute force, 0 ms`);
    expect(brokenIn({ seconds, charge }, plain, good)).toEqual(of(8));
    expect(brokenIn({ seconds, charge }, good, plain)).toEqual(of(64));
  });

  it('judges no rate that was measured beside other work, and charges all the same', () => {
    const broken = brokenIn({ seconds: 6, charge: 4000 }, { seconds: 8 }, { seconds: 8, charge: 40_000 }, 0.5);

    expect(broken).toEqual(['charges a session, ratio to 8 at once, brute force, 0 ms']);
  });

  it('is judged for every shape, with and without a delay', () => {
    const comparisons = [everyday!, bruteForce!].flatMap((shape) =>
      [0, 5].map((latencyMs) => comparisonOf(shape, latencyMs, [round({}, {})], pipelines)),
    );

    const figures = comparisonFigures(comparisons, 0);

    expect(new Set(figures.map(({ measure }) => measure)).size).toBe(16);
    expect(figures.every(({ bound }) => bound !== undefined)).toBe(true);
  });
});

import { atHonestRate } from '../../../evaluation/statistics/at-honest-rate.ts';
import { breachBeforeFlag, breachChance } from '../../../evaluation/statistics/breach.ts';
import { meanOverKinds } from '../../../evaluation/statistics/by-kind.ts';
import { firstAtLeast } from '../../../evaluation/statistics/first-at-least.ts';
import { flaggedWithin } from '../../../evaluation/statistics/flagged-within.ts';
import { median, quantile } from '../../../evaluation/statistics/quantiles.ts';
import { timeToFlagMs } from '../../../evaluation/statistics/time-to-flag.ts';
import { triesToFlag } from '../../../evaluation/statistics/tries-to-flag.ts';
import { tune } from '../../../evaluation/statistics/tune.ts';
import { wilson } from '../../../evaluation/statistics/wilson.ts';
import { fc } from '../domain/support/fast-check.ts';

const flaggedAt = (maxima: readonly number[], limit: number): number => maxima.filter((m) => m >= limit).length;

describe('tuning', () => {
  it('flags as many as allowed when no two maxima are the same', () => {
    const maxima = Array.from({ length: 1000 }, (_, index) => index / 10);

    const { limit, honestRate, looser } = tune(maxima, 0.01);

    expect(limit).toBeCloseTo(98.9, 5);
    expect(honestRate).toBe(0.01);
    expect(looser).toEqual({ limit: 98.9, honestRate: 0.011 });
  });

  it('flags all ids of one count or none of them, and says what the next lower limit would flag', () => {
    const maxima = [...Array<number>(90).fill(0), ...Array<number>(7).fill(1), 2, 2, 3];

    const { limit, honestRate, looser } = tune(maxima, 0.02);

    expect(limit).toBeCloseTo(2, 5);
    expect(limit).toBeGreaterThan(2);
    expect(honestRate).toBe(0.01);
    expect(looser).toEqual({ limit: 2, honestRate: 0.03 });
  });

  it('flags nobody when so few ids allow not even one flag', () => {
    const { limit, honestRate } = tune([1, 5, 2], 0.1);

    expect(limit).toBeGreaterThan(5);
    expect(honestRate).toBe(0);
  });

  it('uses the whole allowance although 0.29 times 100 is a little less than 29', () => {
    const maxima = Array.from({ length: 100 }, (_, index) => index);

    expect(tune(maxima, 0.29).honestRate).toBe(0.29);
  });

  it('lets nobody off when everybody may be flagged', () => {
    expect(tune([3, 1, 2], 1)).toEqual({ limit: 1, honestRate: 1, looser: undefined });
  });

  it('needs honest ids', () => {
    expect(() => tune([], 0.001)).toThrow('no honest ids');
  });

  it('never flags more than allowed, and the next lower limit always does', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 99 }), (maxima, percent) => {
        const { limit, honestRate, looser } = tune(maxima, percent / 100);

        expect(honestRate * maxima.length).toBeCloseTo(flaggedAt(maxima, limit), 9);
        expect(flaggedAt(maxima, limit) * 100).toBeLessThanOrEqual(percent * maxima.length);
        expect(flaggedAt(maxima, looser?.limit ?? NaN) * 100).toBeGreaterThan(percent * maxima.length);
      }),
    );
  });
});

describe('a figure at an exact honest rate', () => {
  const maxima = [...Array<number>(90).fill(0), ...Array<number>(7).fill(1), 2, 2, 3];

  it('mixes the two limits so that the honest rate itself comes out', () => {
    const rate = 0.015;

    const honestRate = atHonestRate(tune(maxima, rate), rate, (limit) => flaggedAt(maxima, limit) / maxima.length);

    expect(honestRate).toBeCloseTo(rate, 12);
  });

  it('is that of the tuned limit where this reaches the rate', () => {
    expect(atHonestRate(tune(maxima, 0.03), 0.03, (limit) => limit)).toBeCloseTo(1, 5);
  });

  it('is that of the only limit where everybody may be flagged', () => {
    expect(atHonestRate(tune([2, 3], 1), 1, (limit) => limit)).toBe(2);
  });
});

describe('tries to flag', () => {
  const maximumAfterTries = [0, 1, 1, 4, 4];

  it.each([
    { limit: 0, tries: 0 },
    { limit: 1, tries: 1 },
    { limit: 2, tries: 3 },
    { limit: 4, tries: 3 },
    { limit: 5, tries: Infinity },
  ])('are $tries at limit $limit', ({ limit, tries }) => {
    expect(triesToFlag(maximumAfterTries, limit)).toBe(tries);
  });

  it.each([
    { limit: 0, timeMs: 0 },
    { limit: 1, timeMs: 0 },
    { limit: 4, timeMs: 70 },
    { limit: 5, timeMs: Infinity },
  ])('take $timeMs ms at limit $limit', ({ limit, timeMs }) => {
    expect(timeToFlagMs(maximumAfterTries, [100, 120, 170, 200], limit)).toBe(timeMs);
  });

  it('finds the first of equal values, as looking at each of them does', () => {
    const sorted = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }).map((v) => v.sort((a, b) => a - b));
    fc.assert(
      fc.property(sorted, fc.integer({ min: -1, max: 10 }), (ascending, limit) => {
        const expected = ascending.findIndex((value) => value >= limit);

        expect(firstAtLeast(ascending, limit)).toBe(expected === -1 ? ascending.length : expected);
      }),
    );
  });
});

describe('figures of attacks', () => {
  const fast = [0, 1, 2, 3, 4];
  const slow = [0, 0, 0, 0, 1];
  const attacks = [[fast, slow], [fast]];

  it('flagged within some tries: 1 or 0 for each attacker', () => {
    expect(flaggedWithin(attacks, 2)(2)).toEqual([Float64Array.of(1, 0), Float64Array.of(1)]);
    expect(flaggedWithin(attacks, 2)(3)).toEqual([Float64Array.of(0, 0), Float64Array.of(0)]);
  });

  it('flagged within more tries than there are: what the last try reached', () => {
    expect(flaggedWithin(attacks, 10)(1)).toEqual([Float64Array.of(1, 1), Float64Array.of(1)]);
  });

  it('breach before the flag: the try that brings the flag counts, and who is never flagged makes all tries', () => {
    expect(breachBeforeFlag(attacks, 0.1)(2)).toEqual([
      Float64Array.of(breachChance(2, 0.1), breachChance(4, 0.1)),
      Float64Array.of(breachChance(2, 0.1)),
    ]);
  });

  it.each([
    { tries: 0, passChance: 0.5, chance: 0 },
    { tries: 1, passChance: 0.03, chance: 0.03 },
    { tries: 3, passChance: 0.5, chance: 0.875 },
    { tries: 22, passChance: 0.01, chance: 0.19837 },
  ])('$tries tries at $passChance pass with chance $chance', ({ tries, passChance, chance }) => {
    expect(breachChance(tries, passChance)).toBeCloseTo(chance, 5);
  });

  it('the mean over kinds weighs each kind the same', () => {
    expect(meanOverKinds([Float64Array.of(1, 1, 1, 0), Float64Array.of(0)])).toBe(0.375);
  });
});

describe('quantiles', () => {
  it.each([
    { values: [4, 1, 3], q: 0.5, expected: 3 },
    { values: [4, 1, 3, 2], q: 0.5, expected: 2 },
    { values: [4, Infinity, 3, Infinity, 5], q: 0.5, expected: 5 },
    { values: [4, Infinity, Infinity], q: 0.5, expected: Infinity },
    { values: Array.from({ length: 20 }, (_, index) => index + 1), q: 0.95, expected: 19 },
    { values: [7], q: 0, expected: 7 },
  ])('$q of $values is $expected', ({ values, q, expected }) => {
    expect(quantile(values, q)).toBe(expected);
  });

  it('the median leaves the values as they were', () => {
    const values = [3, 1, 2];

    expect(median(values)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });

  it('there is none of nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('Wilson interval', () => {
  // Reference: Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.
  it.each([
    { successes: 81, trials: 263, low: 0.2553, high: 0.3662 },
    { successes: 15, trials: 148, low: 0.0624, high: 0.1605 },
    { successes: 0, trials: 20, low: 0, high: 0.1611 },
    { successes: 1, trials: 29, low: 0.0061, high: 0.1718 },
  ])('$successes of $trials', ({ successes, trials, low, high }) => {
    const interval = wilson(successes, trials);

    expect(interval.estimate).toBe(successes / trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('ends at 1 when all were counted', () => {
    expect(wilson(20, 20)).toEqual({ estimate: 1, low: expect.closeTo(0.8389, 4) as number, high: 1 });
  });
});

import { Random } from '../../../evaluation/random.ts';
import {
  percentileInterval,
  resampleMeans,
  resampleMeansAtHonestRate,
} from '../../../evaluation/statistics/bootstrap.ts';
import { meanOverKinds } from '../../../evaluation/statistics/by-kind.ts';
import { drawResamples } from '../../../evaluation/statistics/draw-resamples.ts';
import { resampleTuning } from '../../../evaluation/statistics/resample-tuning.ts';
import { tune } from '../../../evaluation/statistics/tune.ts';

const fixedLimit = (limit: number, count: number): Float64Array => new Float64Array(count).fill(limit);

const seededRandom = (seed: number): (() => number) => {
  const random = new Random(seed, 'bootstrap test');
  return () => random.fraction();
};

describe('resamples', () => {
  it('draw as many units from each kind as it has', () => {
    const { drawn } = drawResamples([5, 300], seededRandom(1), 20);

    for (let resample = 0; resample < 20; resample += 1) {
      expect(drawn(resample, 0).reduce((sum, times) => sum + times, 0)).toBe(5);
      expect(drawn(resample, 1).reduce((sum, times) => sum + times, 0)).toBe(300);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    const first = drawResamples([50], seededRandom(7), 3);
    const again = drawResamples([50], seededRandom(7), 3);
    const other = drawResamples([50], seededRandom(8), 3);

    expect(first.drawn(2, 0)).toEqual(again.drawn(2, 0));
    expect(first.drawn(2, 0)).not.toEqual(other.drawn(2, 0));
  });
});

describe('means of resamples', () => {
  it('follow the units that were drawn and the limit of the resample', () => {
    const resamples = drawResamples([3], seededRandom(3), 2);
    const values = Float64Array.of(1, 10, 100);

    const means = resampleMeans((limit) => [values.map((value) => value * limit)], Float64Array.of(1, 2), resamples);

    const expected = [0, 1].map(
      (resample) =>
        ((resample + 1) * resamples.drawn(resample, 0).reduce((sum, t, i) => sum + t * (values[i] ?? 0), 0)) / 3,
    );
    expect([...means]).toEqual(expected);
  });

  it('ask for the values once a limit', () => {
    const asked: number[] = [];

    resampleMeans(
      (limit) => {
        asked.push(limit);
        return [Float64Array.of(1)];
      },
      Float64Array.of(5, 4, 5, 4),
      drawResamples([1], seededRandom(3), 4),
    );

    expect(asked).toEqual([5, 4]);
  });

  it('need a limit for each resample', () => {
    const resamples = drawResamples([1], seededRandom(3), 4);

    expect(() => resampleMeans(() => [Float64Array.of(1)], fixedLimit(1, 3), resamples)).toThrow('needs a limit');
  });
});

describe('the 95 % interval', () => {
  it('has no width where all attackers are alike', () => {
    const values = [new Float64Array(40).fill(1), new Float64Array(30).fill(1)];

    const means = resampleMeans(() => values, fixedLimit(1, 100), drawResamples([40, 30], seededRandom(5), 100));

    expect(percentileInterval(meanOverKinds(values), means)).toEqual({ estimate: 1, low: 1, high: 1 });
  });

  it('holds the true mean in about 95 of 100 worlds', () => {
    const random = seededRandom(11);
    const sizes = [40, 40];
    const shares = [0.3, 0.7];
    const worlds = 200;
    let held = 0;

    for (let world = 0; world < worlds; world += 1) {
      const values = sizes.map((size, kind) =>
        Float64Array.from({ length: size }, () => (random() < (shares[kind] ?? 0) ? 1 : 0)),
      );
      const means = resampleMeans(() => values, fixedLimit(0, 200), drawResamples(sizes, random, 200));
      const { low, high } = percentileInterval(meanOverKinds(values), means);
      if (low <= 0.5 && 0.5 <= high) held += 1;
    }

    // Three standard errors of a share of .95 in 200 worlds, and some points for so few units and resamples.
    expect(held / worlds).toBeGreaterThan(0.88);
    expect(held / worlds).toBeLessThan(0.99);
  });
});

describe('figures at an exact honest rate', () => {
  it('mix the two limits of each resample', () => {
    const resamples = drawResamples([4], seededRandom(23), 2);
    const tunings = [
      { limit: 10, honestRate: 0, looser: { limit: 9, honestRate: 0.04 } },
      { limit: 8, honestRate: 0.01, looser: { limit: 7, honestRate: 0.02 } },
    ];

    const means = resampleMeansAtHonestRate((limit) => [new Float64Array(4).fill(limit)], tunings, 0.01, resamples);

    // A quarter of the way to 9; none of the way to 7.
    expect([...means]).toEqual([9.75, 8]);
  });
});

describe('tuning on resampled honest ids', () => {
  it('finds limits as often as tuning on real resamples would', () => {
    // Of 5 ids 1 may be flagged, so the second largest of 5 draws counts.
    const tunings = resampleTuning([1, 2, 3, 4, 5], 0.2, seededRandom(13), 20_000);

    // At least two of the draws hit one of the `largest` largest values.
    const chanceFrom = (largest: number): number => {
      const hit = largest / 5;
      return 1 - (1 - hit) ** 5 - 5 * hit * (1 - hit) ** 4;
    };
    const shareFrom = (value: number): number => tunings.filter(({ limit }) => limit > value).length / tunings.length;
    for (const largest of [1, 2, 3]) {
      const chance = chanceFrom(largest);
      const standardError = Math.sqrt((chance * (1 - chance)) / tunings.length);
      expect(Math.abs(shareFrom(6 - largest) - chance)).toBeLessThan(3 * standardError);
    }
    expect(shareFrom(1)).toBe(1);
  });

  it('counts the ids above the limit and those that share it', () => {
    const maxima = [...Array<number>(900).fill(0), ...Array<number>(60).fill(1), ...Array<number>(40).fill(2)];
    const count = 2000;

    const tunings = resampleTuning(maxima, 0.05, seededRandom(29), count);

    // The allowance of 50 ends among the ones in nearly all resamples: about 40 twos, 100 with the ones.
    const amongOnes = tunings.filter(({ looser }) => looser?.limit === 1);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(amongOnes.length / count).toBeGreaterThan(0.9);
    expect(mean(amongOnes.map(({ looser }) => looser?.honestRate ?? NaN))).toBeCloseTo(0.1, 2);
    expect(mean(amongOnes.map(({ honestRate }) => honestRate))).toBeCloseTo(0.04, 2);
    for (const { honestRate, looser } of tunings) {
      expect(honestRate).toBeLessThanOrEqual(0.05);
      expect(looser?.honestRate).toBeGreaterThan(0.05);
    }
  });

  it('ends where all ids are alike', () => {
    const [tuning] = resampleTuning([3, 3, 3, 3], 0.25, seededRandom(31), 1);

    expect(tuning).toEqual(tune([3, 3, 3, 3], 0.25));
  });

  it('finds limits around the one that the ids themselves give', () => {
    const random = seededRandom(17);
    const maxima = Float64Array.from({ length: 20_000 }, () => -Math.log(1 - random()));

    const tunings = resampleTuning(maxima, 0.001, random);

    const { limit } = tune(maxima, 0.001);
    const limits = Float64Array.from(tunings, (tuning) => tuning.limit);
    const { low, high } = percentileInterval(limit, limits);
    expect(low).toBeLessThan(limit);
    expect(high).toBeGreaterThan(limit);
    // Some 20 ids lie above: the share above a resampled limit varies by a factor of about e^±.45.
    expect(high - low).toBeGreaterThan(0.5);
    expect(high - low).toBeLessThan(1.5);
  });

  it('is the same for the same seed', () => {
    const maxima = [3, 1, 4, 1, 5, 9, 2, 6];

    expect(resampleTuning(maxima, 0.25, seededRandom(19), 50)).toEqual(
      resampleTuning(maxima, 0.25, seededRandom(19), 50),
    );
  });

  it('needs somebody who is let off', () => {
    expect(() => resampleTuning([1, 2], 1, seededRandom(1))).toThrow('everybody');
  });
});

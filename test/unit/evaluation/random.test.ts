import { Random } from '../../../evaluation/random.ts';
import { makeXoshiro128 } from '../../../evaluation/xoshiro128.ts';

const DRAWS = 50_000;

/** How many standard errors the mean of many draws is away from what it should be. */
const errorsFrom = (mean: number, deviation: number, draw: () => number): number => {
  let sum = 0;
  for (let count = 0; count < DRAWS; count += 1) sum += draw();
  return Math.abs(sum / DRAWS - mean) / (deviation / Math.sqrt(DRAWS));
};

describe('makeXoshiro128', () => {
  it('gives the numbers of the reference implementation', () => {
    const next = makeXoshiro128(1, 2, 3, 4);

    const numbers = Array.from({ length: 6 }, next);

    expect(numbers).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });
});

describe('Random', () => {
  it('draws the same for the same seed and purpose, and something else for any other', () => {
    const draw = (random: Random): number[] => Array.from({ length: 8 }, () => random.fraction());

    const first = draw(new Random(1, 'honest', 7));

    expect(draw(new Random(1, 'honest', 7))).toEqual(first);
    expect(draw(new Random(2, 'honest', 7))).not.toEqual(first);
    expect(draw(new Random(1, 'honest', 8))).not.toEqual(first);
    expect(draw(new Random(1, 'attack', 7))).not.toEqual(first);
  });

  it('refuses a seed that is not a whole number', () => {
    expect(() => new Random(0.5)).toThrow(RangeError);
  });

  it.each<[name: string, mean: number, deviation: number, draw: (random: Random) => number]>([
    ['fraction', 1 / 2, Math.sqrt(1 / 12), (random) => random.fraction()],
    ['whole number from 3 to 7', 5, Math.SQRT2, (random) => random.whole(3, 7)],
    ['chance of .07', 0.07, Math.sqrt(0.07 * 0.93), (random) => Number(random.happens(0.07))],
    ['normal', 0, 1, (random) => random.normal()],
    ['square of a normal', 1, Math.SQRT2, (random) => random.normal() ** 2],
    ['log-normal, as logarithm', Math.log(18), 0.6, (random) => Math.log(random.logNormal(18, 0.6))],
    ['exponential', 5, 5, (random) => random.exponential(5)],
    ['gamma of a large shape', 9, 3, (random) => random.gamma(9)],
    ['gamma of a small shape', 0.3, Math.sqrt(0.3), (random) => random.gamma(0.3)],
    ['Poisson', 1.5, Math.sqrt(1.5), (random) => random.poisson(1.5)],
  ])('draws with the right mean: %s', (name, mean, deviation, draw) => {
    const random = new Random(1, name);

    const errors = errorsFrom(mean, deviation, () => draw(random));

    expect(errors).toBeLessThan(3.5);
  });

  it('chooses by share', () => {
    const random = new Random(1);
    const choices = [{ share: 3 }, { share: 1 }];

    const errors = errorsFrom(3 / 4, Math.sqrt(3 / 16), () => Number(random.byShare(choices) === choices[0]));

    expect(errors).toBeLessThan(3.5);
  });

  it('reaches both ends of a range of whole numbers', () => {
    const random = new Random(1);

    const drawn = new Set(Array.from({ length: 200 }, () => random.whole(1, 3)));

    expect([...drawn].sort()).toEqual([1, 2, 3]);
  });
});

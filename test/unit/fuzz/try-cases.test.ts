import { tryCases } from '../../fuzz/try-cases.ts';
import { fc } from '../domain/support/fast-check.ts';

const numbers = fc.nat({ max: 1000 });
const options = { seed: 1, numRuns: 200 };
const describeCase = (given: number): string => `case ${given}`;
const failAbove = (limit: number) => (given: number) =>
  given > limit ? Promise.reject(new Error('too large')) : Promise.resolve();

describe('trying cases', () => {
  it('has nothing to tell when all are well', async () => {
    const trial = { tryOne: failAbove(1000), describeCase, hasEnded: () => false };

    expect(await tryCases(numbers, options, trial)).toEqual({ cases: 200, failures: [] });
  });

  it('tells the smallest case that fails, and why', async () => {
    const trial = { tryOne: failAbove(99), describeCase, hasEnded: () => false };

    expect((await tryCases(numbers, options, trial)).failures).toEqual(['case 100\ntoo large']);
  });

  it('tells the case at which the app ended and the one before, for smaller ones cannot be tried', async () => {
    const tried: number[] = [];
    const tryOne = (given: number): Promise<void> => {
      tried.push(given);
      return failAbove(900)(given);
    };
    const hasEnded = (): boolean => tried.some((given) => given > 900);

    const { failures } = await tryCases(numbers, options, { tryOne, describeCase, hasEnded });

    const [before, last] = tried.slice(-2);
    expect(failures).toEqual([`case ${last}\ntoo large\nIt may have been the case before:\ncase ${before}`]);
  });
});

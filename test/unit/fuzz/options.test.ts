import { fuzzUsage, parseFuzzOptions } from '../../fuzz/options.ts';

const names = ['getHealth', 'runSweep'];
const parse = (...args: string[]) => parseFuzzOptions(args, names, () => 42);

describe('the command line of the fuzzer', () => {
  it('tries everything with any seed when nothing is asked for', () => {
    expect(parse()).toEqual({ kind: 'options', options: { seed: 42, cases: 12_000, targets: names } });
  });

  it('takes a seed, a number of cases and some targets', () => {
    expect(parse('--seed', '0', '--cases', '7', '--route', 'runSweep')).toEqual({
      kind: 'options',
      options: { seed: 0, cases: 7, targets: ['runSweep'] },
    });
  });

  it.each([
    [['--help'], ''],
    [['--seed', '-1'], /--seed/],
    [['--seed', '2147483648'], /--seed is a whole number from 0 to 2147483647/],
    [['--cases', '0'], /--cases is a whole number/],
    [['--cases', '1e3'], /--cases is a whole number/],
    [['--route', 'getEverything'], /no route or queue function "getEverything"/],
    [['--fast'], /--fast/],
    [['now'], /now/],
  ])('explains itself on %j', (args, sentence) => {
    expect(parse(...args)).toEqual({ kind: 'mistake', sentence: expect.stringMatching(sentence) as string });
  });

  it('names its targets in its usage', () => {
    expect(fuzzUsage(names)).toContain('getHealth, runSweep');
  });
});

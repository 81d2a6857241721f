import { readOptions, USAGE } from '../../../simulation/options.ts';

const refusalOf = (args: string[]): { name: string; message: string } | undefined => {
  try {
    readOptions(args);
    return undefined;
  } catch (error) {
    // A test has classes of its own: only the name of an error tells what it is.
    const { name, message } = error as Error;
    return { name, message };
  }
};

describe('the command line of simulate', () => {
  it('runs 200 seeds of four minutes, from the first, unless told otherwise', () => {
    expect(readOptions([])).toEqual({ kind: 'seeds', seeds: 200, firstSeed: 1, minutes: 4 });
  });

  it('takes what it is told', () => {
    expect(readOptions(['--seeds', '7', '--seed', '0', '--minutes', '60'])).toEqual({
      kind: 'seeds',
      seeds: 7,
      firstSeed: 0,
      minutes: 60,
    });
  });

  it.each([
    [['--every-step'], { kind: 'every-step', seeds: 1, minutes: 1 }],
    [['--every-step', '--step', '12'], { kind: 'every-step', step: 12 }],
    [['--mutants'], { kind: 'mutants', seeds: 500 }],
    [['--mutants', '--mutant', 'ledger'], { kind: 'mutants', mutant: 'ledger' }],
    [['--trace', '--seed', '12'], { kind: 'one', firstSeed: 12 }],
  ])('understands %j as %j', (args, options) => {
    expect(readOptions(args)).toMatchObject(options);
  });

  it.each([
    [['--seds', '3'], "'--seds'"],
    [['3'], "'3'"],
    [['--seeds'], '--seeds'],
    [['--seeds', '0'], '--seeds takes a whole number from 1 to'],
    [['--seeds', '1000001'], '--seeds takes a whole number from 1 to'],
    [['--seeds', '1.5'], '--seeds takes a whole number'],
    [['--seeds', 'many'], '--seeds takes a whole number'],
    [['--seeds', ''], '--seeds takes a whole number'],
    [['--seeds', ' 3'], '--seeds takes a whole number'],
    [['--seeds', '1e3'], '--seeds takes a whole number'],
    [['--seed=-1'], '--seed takes a whole number from 0 to'],
    [['--seed', '9007199254740991'], '--seed takes a whole number from 0 to'],
    [['--minutes', '0'], '--minutes takes a whole number from 1 to 60'],
    [['--minutes', '61'], '--minutes takes a whole number from 1 to 60'],
    [['--mutants=yes'], '--mutants'],
    [['--mutants', '--trace'], '--mutants and --trace exclude each other'],
    [['--trace', '--every-step'], '--every-step and --trace exclude each other'],
    [['--step', '3'], '--step is a part of --every-step'],
    [['--every-step', '--step', '0'], '--step takes a whole number from 1 to'],
    [['--mutant', 'ledger'], '--mutant is a part of --mutants'],
    [['--trace', '--seeds', '2'], '--trace runs one seed'],
  ])('does not understand %j, and says why', (args, sentence) => {
    expect(refusalOf(args)).toEqual({ name: 'TypeError', message: expect.stringContaining(sentence) as string });
  });

  it('explains each of its options', () => {
    for (const option of [
      '--seeds',
      '--seed',
      '--minutes',
      '--every-step',
      '--step',
      '--mutants',
      '--mutant',
      '--trace',
    ]) {
      expect(USAGE).toMatch(new RegExp(`^ {2}${option} `, 'm'));
    }
  });
});

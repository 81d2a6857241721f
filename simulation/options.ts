// What `npm run simulate` is asked to do.

import { parseArgs } from 'node:util';

export interface SimulationOptions {
  kind: 'seeds' | 'every-step' | 'mutants' | 'one';
  seeds: number;
  firstSeed: number;
  minutes: number;
  /** Of `every-step`: only this one. */
  step?: number;
  /** Of `mutants`: only those whose name has this in it. */
  mutant?: string;
}

export const USAGE = `npm run simulate [-- --seeds N] [--seed S] [--minutes M]
                        [--every-step [--step N] | --mutants [--mutant NAME] | --trace]

  --seeds       how many runs, each from a seed of its own (default 200; with --every-step 1; with --mutants as many at most
                for each, 500)
  --seed        the first seed (default 1)
  --minutes     virtual minutes of each run in which people come and things go wrong (default 4;
                with --every-step 1)
  --every-step  the same people again and again, with one thing going wrong in each run: a crash before a step, a crash
                after it, or the loss of its reply, at each step there is
  --step        only that step; a failure is told with every step that it takes
  --mutants     plants deliberate mistakes into the product, one at a time, and tells which are caught, within how many seeds
  --mutant      only those mistakes whose name has this in it
  --trace       one run with every step that it takes

The last line tells how many runs failed; a failure prints its seed and the shortest trace that was found. Exit 1 when a
run failed or a mistake was not caught.
`;

const DEFAULT_SEEDS = { seeds: 200, 'every-step': 1, mutants: 500, one: 1 };
const DEFAULT_MINUTES = { seeds: 4, 'every-step': 1, mutants: 4, one: 4 };
const MOST_SEEDS = 1_000_000;
const MOST_MINUTES = 60;
const MOST_STEPS = 1_000_000;
const WAYS = ['every-step', 'mutants', 'trace'] as const;

/** Throws a TypeError when the arguments are not understood. */
export const readOptions = (args: readonly string[]): SimulationOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      minutes: { type: 'string' },
      'every-step': { type: 'boolean' },
      step: { type: 'string' },
      mutants: { type: 'boolean' },
      mutant: { type: 'string' },
      trace: { type: 'boolean' },
    },
  });
  const [way, other] = WAYS.filter((name) => values[name] === true);
  if (other !== undefined) throw new TypeError(`--${way} and --${other} exclude each other`);
  if (values.step !== undefined && way !== 'every-step') throw new TypeError('--step is a part of --every-step');
  if (values.mutant !== undefined && way !== 'mutants') throw new TypeError('--mutant is a part of --mutants');
  if (values.seeds !== undefined && way === 'trace') throw new TypeError('--trace runs one seed');
  const kind = way === 'trace' ? 'one' : (way ?? 'seeds');
  return {
    kind,
    seeds: wholeNumber('--seeds', values.seeds ?? String(DEFAULT_SEEDS[kind]), 1, MOST_SEEDS),
    firstSeed: wholeNumber('--seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER - MOST_SEEDS),
    minutes: wholeNumber('--minutes', values.minutes ?? String(DEFAULT_MINUTES[kind]), 1, MOST_MINUTES),
    ...(values.step !== undefined && { step: wholeNumber('--step', values.step, 1, MOST_STEPS) }),
    ...(values.mutant !== undefined && { mutant: values.mutant }),
  };
};

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new TypeError(`${name} takes a whole number from ${least} to ${most}`);
};

// What `npm run simulate` is asked to do.

import { parseArgs } from 'node:util';

export interface SimulationOptions {
  kind: 'seeds' | 'mutants' | 'one';
  seeds: number;
  firstSeed: number;
  minutes: number;
  /** Of `mutants`: only those whose name has this in it. */
  mutant?: string;
}

export const USAGE = `npm run simulate [-- --seeds N] [--seed S] [--minutes M] [--mutants [--mutant NAME] | --trace]

  --seeds    how many runs, each from a seed of its own (default 200; with --mutants as many at most for each, 500)
  --seed     the first seed (default 1)
  --minutes  virtual minutes of each run in which people come and things go wrong (default 4)
  --mutants  plants deliberate mistakes into the product, one at a time, and tells which are caught, within how many seeds
  --mutant   only those mistakes whose name has this in it
  --trace    one run with every step that it takes

The last line tells how many runs failed; a failure prints its seed and the shortest trace that was found. Exit 1 when a
run failed or a mistake was not caught.
`;

const DEFAULT_SEEDS = 200;
const DEFAULT_SEEDS_FOR_MUTANTS = 500;
const DEFAULT_MINUTES = 4;
const MOST_SEEDS = 1_000_000;
const MOST_MINUTES = 60;

/** Throws a TypeError when the arguments are not understood. */
export const readOptions = (args: readonly string[]): SimulationOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      minutes: { type: 'string' },
      mutants: { type: 'boolean' },
      mutant: { type: 'string' },
      trace: { type: 'boolean' },
    },
  });
  if (values.mutants === true && values.trace === true) throw new TypeError('--mutants and --trace exclude each other');
  if (values.mutant !== undefined && values.mutants !== true) throw new TypeError('--mutant is a part of --mutants');
  const defaultSeeds = values.mutants === true ? DEFAULT_SEEDS_FOR_MUTANTS : DEFAULT_SEEDS;
  return {
    kind: values.mutants === true ? 'mutants' : values.trace === true ? 'one' : 'seeds',
    seeds: wholeNumber('--seeds', values.seeds ?? String(defaultSeeds), 1, MOST_SEEDS),
    firstSeed: wholeNumber('--seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER - MOST_SEEDS),
    minutes: wholeNumber('--minutes', values.minutes ?? String(DEFAULT_MINUTES), 1, MOST_MINUTES),
    ...(values.mutant !== undefined && { mutant: values.mutant }),
  };
};

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new TypeError(`${name} takes a whole number from ${least} to ${most}`);
};

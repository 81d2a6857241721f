// What `npm run evaluate` is asked to do.

import { parseArgs } from 'node:util';

export interface EvaluationOptions {
  seed: number;
  honestIds: number;
  attackersOfEachKind: number;
  /** First checks that are honest, to count false incidents. */
  firstChecks: number;
  /** How many of everything else, as a part of the usual number. */
  scale: number;
  /** Goals are held against the better end of their interval, and the pages in docs/ are left alone. */
  quick: boolean;
  /** As a person would type it. */
  command: string;
}

export const usage = `npm run evaluate [-- --quick | --full] [--seed NUMBER]

  --quick   20,000 honest ids, goals widened by their intervals, writes nothing: for every change of the code
  --full    1,000,000 honest ids
  --seed    another draw of people and attackers (default 1)

Without options 200,000 honest ids and 300 attackers of each kind; writes docs/evaluation.md with its plots and
docs/what-it-does-not-catch.md. Exit 1 when a goal is missed.
`;

/** Throws a TypeError when the arguments are not understood. */
export const readOptions = (args: readonly string[]): EvaluationOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, full: { type: 'boolean' }, seed: { type: 'string', default: '1' } },
  });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new TypeError('--seed takes a whole number');
  if (values.quick === true && values.full === true) throw new TypeError('--quick and --full exclude each other');
  const command = ['npm run evaluate', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  if (values.quick === true) {
    return { seed, command, quick: true, honestIds: 20_000, attackersOfEachKind: 60, firstChecks: 300_000, scale: 0.1 };
  }
  return values.full === true
    ? { seed, command, quick: false, honestIds: 1_000_000, attackersOfEachKind: 1000, firstChecks: 3_000_000, scale: 3 }
    : { seed, command, quick: false, honestIds: 200_000, attackersOfEachKind: 300, firstChecks: 3_000_000, scale: 1 };
};

// The command line of `npm run fuzz`.

import { parseArgs } from 'node:util';

export interface FuzzOptions {
  seed: number;
  /** Of all targets together. */
  cases: number;
  /** Function names; all when left out. */
  targets: readonly string[];
}

export const fuzzUsage = (names: readonly string[]): string =>
  `Usage: npm run fuzz -- [--seed S] [--cases N] [--route NAME]

Sends requests and messages of every odd kind to the whole app in the local cloud, and holds every answer against what is
promised. A failure is shrunk to the smallest case that still fails; the same seed finds it again.

  --seed S      a whole number; another one each time when it is left out
  --cases N     cases of all routes and queues together (${DEFAULT_CASES})
  --route NAME  only this one; may be given several times:
                ${names.join(', ')}`;

const DEFAULT_CASES = 12_000;
const MOST_CASES = 10_000_000;
const MOST_SEED = 2 ** 31 - 1;

export type ParsedFuzzOptions = { kind: 'options'; options: FuzzOptions } | { kind: 'mistake'; sentence: string };

export const parseFuzzOptions = (
  args: readonly string[],
  names: readonly string[],
  anySeed: () => number,
): ParsedFuzzOptions => {
  let given;
  try {
    given = parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        cases: { type: 'string', default: String(DEFAULT_CASES) },
        route: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return { kind: 'mistake', sentence: error instanceof Error ? error.message : String(error) };
  }
  if (given.help) return { kind: 'mistake', sentence: '' };
  const seed = given.seed === undefined ? anySeed() : wholeNumber(given.seed, 0, MOST_SEED);
  if (seed === undefined) return { kind: 'mistake', sentence: `--seed is a whole number from 0 to ${MOST_SEED}.` };
  const cases = wholeNumber(given.cases, 1, MOST_CASES);
  if (cases === undefined) return { kind: 'mistake', sentence: `--cases is a whole number from 1 to ${MOST_CASES}.` };
  const unknown = given.route.find((name) => !names.includes(name));
  if (unknown !== undefined) return { kind: 'mistake', sentence: `There is no route or queue function "${unknown}".` };
  return { kind: 'options', options: { seed, cases, targets: given.route.length === 0 ? names : given.route } };
};

const wholeNumber = (text: string, from: number, to: number): number | undefined => {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= from && value <= to ? value : undefined;
};

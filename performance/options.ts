// The command line of `npm run bench:pipeline`.

import { parseArgs } from 'node:util';

export type Part = 'pipelines' | 'soak' | 'limits';

export interface BenchOptions {
  parts: Part[];
  /** Of the comparison. */
  rounds: number;
  sessions: number;
  /** Of the soak. */
  minutes: number;
  rate: number;
  /** Of each step of the rising rate. */
  secondsEach: number;
  json: boolean;
  write: boolean;
}

export type ParsedOptions =
  { kind: 'run'; options: BenchOptions } | { kind: 'help' } | { kind: 'mistake'; sentence: string };

export const BENCH_USAGE = `npm run bench:pipeline [-- OPTIONS]

Without an option: compares recorded results a second and charges a session with plain pipelines over one local cloud.

  --soak               a steady rate of sessions through the whole app: what was dropped, how long it took, memory
    --minutes N        how long (10)
    --rate N           sessions a second (5)
  --until-it-breaks    raises the rate until the app gives out, and lets many write to one person at once
    --seconds N        how long each rate is held (12)
  --all                all three, one after the other
  --rounds N           of the comparison (3)
  --sessions N         in each round of the comparison (180)
  --json               prints one JSON document instead of tables
  --write              writes the tables of what was measured into docs/performance.md

Exit 1 when a bound is broken, 2 when the arguments are not understood.
`;

const DEFAULTS = { rounds: '3', sessions: '180', minutes: '10', rate: '5', seconds: '12' };

/** Options that say nothing of the other parts. */
const OWN_OPTIONS: Record<Part, readonly (keyof typeof DEFAULTS)[]> = {
  pipelines: ['rounds', 'sessions'],
  soak: ['minutes', 'rate'],
  limits: ['seconds'],
};

export const parseBenchOptions = (args: readonly string[]): ParsedOptions => {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return { kind: 'mistake', sentence: (error as Error).message };
  }
  if (values.help) return { kind: 'help' };
  const parts = partsOf(values);
  const useless = (Object.keys(OWN_OPTIONS) as Part[])
    .filter((part) => !parts.includes(part))
    .flatMap((part) => OWN_OPTIONS[part])
    .find((name) => values[name] !== undefined);
  if (useless !== undefined) {
    return { kind: 'mistake', sentence: `--${useless} says nothing of what is measured here.` };
  }
  const number = (name: keyof typeof DEFAULTS): number => Number(values[name] ?? DEFAULTS[name]);
  const numbers = {
    rounds: number('rounds'),
    sessions: number('sessions'),
    minutes: number('minutes'),
    rate: number('rate'),
    secondsEach: number('seconds'),
  };
  const wrong = Object.values(numbers).find((number) => !(number > 0 && number < Infinity));
  if (wrong !== undefined) return { kind: 'mistake', sentence: 'Numbers must be greater than zero.' };
  if (!Number.isInteger(numbers.rounds) || !Number.isInteger(numbers.sessions)) {
    return { kind: 'mistake', sentence: '--rounds and --sessions take whole numbers.' };
  }
  return { kind: 'run', options: { ...numbers, parts, json: values.json, write: values.write } };
};

const partsOf = (values: ReturnType<typeof parse>): Part[] => {
  if (values.all) return ['pipelines', 'soak', 'limits'];
  const named: Part[] = [
    ...(values.soak ? ['soak' as const] : []),
    ...(values['until-it-breaks'] ? ['limits' as const] : []),
  ];
  return named.length === 0 ? ['pipelines'] : named;
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      soak: { type: 'boolean', default: false },
      'until-it-breaks': { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      sessions: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;

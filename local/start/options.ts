// The command line of `npm start`.

import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  dataDir: string;
  port: number;
  seed: number;
  honestUsers: number;
  fresh: boolean;
  exitAfterTraffic: boolean;
  json: boolean;
}

export type ParsedOptions = { kind: 'options'; options: StartOptions } | { kind: 'mistake'; sentence: string };

export const DEFAULT_DATA_DIR = join(import.meta.dirname, '../../.local');
const DEFAULT_PORT = 7071;
const DEFAULT_SEED = 1;
/** Enough for over two hundred sessions. */
const DEFAULT_HONEST_USERS = 120;
const MOST_HONEST_USERS = 5000;

const known = {
  'exit-after-traffic': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  seed: { type: 'string' },
  users: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
} as const;

export const parseStartOptions = (args: readonly string[]): ParsedOptions => {
  const parsed = parse(args);
  if ('sentence' in parsed) return { kind: 'mistake', sentence: parsed.sentence };
  const { values } = parsed;

  const port = wholeNumber(values.port ?? String(DEFAULT_PORT), 0, 65_535);
  const seed = wholeNumber(values.seed ?? String(DEFAULT_SEED), 0, Number.MAX_SAFE_INTEGER);
  const honestUsers = wholeNumber(values.users ?? String(DEFAULT_HONEST_USERS), 0, MOST_HONEST_USERS);
  if (port === undefined) return mistake(`--port must be a whole number from 0 to 65535, not "${values.port}".`);
  if (seed === undefined) return mistake(`--seed must be a whole number, not "${values.seed}".`);
  if (honestUsers === undefined) {
    return mistake(`--users must be a whole number from 0 to ${MOST_HONEST_USERS}, not "${values.users}".`);
  }
  if (values.data === '') return mistake('--data must name a directory.');
  return {
    kind: 'options',
    options: {
      dataDir: values.data ?? DEFAULT_DATA_DIR,
      port,
      seed,
      honestUsers,
      fresh: values.fresh,
      exitAfterTraffic: values['exit-after-traffic'],
      json: values.json,
    },
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: known });
  } catch (error) {
    return { sentence: sentenceOf(error as Error & { code?: string }) };
  }
};

const names = Object.entries(known).map(([name, { type }]) => (type === 'string' ? `--${name} VALUE` : `--${name}`));

const sentenceOf = ({ message, code }: Error & { code?: string }): string => {
  const [, name = ''] = /'([^']+)'/.exec(message) ?? [];
  const options = `the options are ${names.join(', ')}.`;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option ${name}; ${options}`;
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `"${name}" is no option; ${options}`;
  return `${name.split(' ')[0]} is not used that way; ${options}`;
};

const mistake = (sentence: string): ParsedOptions => ({ kind: 'mistake', sentence });

const wholeNumber = (text: string, from: number, to: number): number | undefined => {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= from && value <= to ? value : undefined;
};

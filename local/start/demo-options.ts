// The command line of `npm run demo`.

import { parseArgs } from 'node:util';
import { DEFAULT_DATA_DIR } from './options.ts';

const media = ['live', 'print', 'screen', 'mask'] as const;

export interface PersonOptions {
  kind: 'person';
  user: string;
  media: (typeof media)[number];
  tries: number;
  dataDir: string;
}

export interface CrashOptions {
  kind: 'crash';
  /** How many are in flight when the app is killed; each is of another person. */
  sessions: number;
  dataDir: string;
}

export type DemoOptions = PersonOptions | CrashOptions | { kind: 'help' };

const MOST_TRIES = 100;
const DEFAULT_SESSIONS = 50;
/** With fewer there is nobody at some of the stages. */
const LEAST_SESSIONS = 10;
const MOST_SESSIONS = 200;

export const DEMO_USAGE = `Usage:
  npm run demo -- --user NAME [--media ${media.join('|')}] [--tries N] [--data DIR]
      one person against the product that npm start runs
  npm run demo -- --crash [--sessions N] [--data DIR]
      kills the app with N sessions in flight (${LEAST_SESSIONS} to ${MOST_SESSIONS}, default ${DEFAULT_SESSIONS}), starts it again, and counts
      from the stores what was lost, counted twice or over the budget; without npm start it starts a product of its
      own and stops it again`;

/** Undefined when the arguments are not understood. */
export const parseDemoOptions = (args: readonly string[]): DemoOptions | undefined => {
  const values = parse(args);
  if (values === undefined) return undefined;
  if (values.help === true) return { kind: 'help' };
  return values.crash === true ? crashOptions(values) : personOptions(values);
};

type Values = NonNullable<ReturnType<typeof parse>>;

const personOptions = (values: Values): PersonOptions | undefined => {
  const { user, data: dataDir = DEFAULT_DATA_DIR } = values;
  const medium = media.find((known) => known === (values.media ?? 'live'));
  const tries = wholeNumber(values.tries ?? '1', 1, MOST_TRIES);
  if (medium === undefined || tries === undefined || values.sessions !== undefined) return undefined;
  if (user === undefined || user.length < 1 || user.length > 100) return undefined;
  return { kind: 'person', user, media: medium, tries, dataDir };
};

const crashOptions = (values: Values): CrashOptions | undefined => {
  const sessions = wholeNumber(values.sessions ?? String(DEFAULT_SESSIONS), LEAST_SESSIONS, MOST_SESSIONS);
  const ofOnePerson = values.user ?? values.media ?? values.tries;
  if (sessions === undefined || ofOnePerson !== undefined) return undefined;
  return { kind: 'crash', sessions, dataDir: values.data ?? DEFAULT_DATA_DIR };
};

const wholeNumber = (text: string, from: number, to: number): number | undefined => {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= from && value <= to ? value : undefined;
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: 'string' },
        media: { type: 'string' },
        tries: { type: 'string' },
        crash: { type: 'boolean' },
        sessions: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch {
    return undefined;
  }
};

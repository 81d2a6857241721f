// The command line of `npm run demo`.

import { parseArgs } from 'node:util';
import { DEFAULT_DATA_DIR } from './options.ts';

const media = ['live', 'print', 'screen', 'mask'] as const;

export interface DemoOptions {
  user: string;
  media: (typeof media)[number];
  tries: number;
  dataDir: string;
}

export const DEMO_USAGE = `Usage: npm run demo -- --user NAME --media ${media.join('|')} --tries N [--data DIR]`;

const MOST_TRIES = 100;

/** Undefined when the arguments are not understood. */
export const parseDemoOptions = (args: readonly string[]): DemoOptions | undefined => {
  const values = parse(args);
  if (values === undefined) return undefined;
  const { user, data, tries: triesText = '1' } = values;
  const medium = media.find((known) => known === (values.media ?? 'live'));
  const tries = /^\d+$/.test(triesText) ? Number(triesText) : 0;
  if (medium === undefined || tries < 1 || tries > MOST_TRIES) return undefined;
  if (user === undefined || user.length < 1 || user.length > 100) return undefined;
  return { user, media: medium, tries, dataDir: data ?? DEFAULT_DATA_DIR };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: 'string' },
        media: { type: 'string' },
        tries: { type: 'string' },
        data: { type: 'string' },
      },
    }).values;
  } catch {
    return undefined;
  }
};

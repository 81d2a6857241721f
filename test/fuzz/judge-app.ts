// Whether the app has come through what it was sent.

import { quiet } from './quiet.ts';
import { sendRequest, type RawAnswer } from './send-request.ts';
import type { World } from './world.ts';

const MOST_SHOWN = 10;

/** Up, and nothing that it has logged is a mistake or a secret. `from`: the first record to look at. */
export const judgeApp = async (world: World, from: number, words: readonly string[]): Promise<string[]> => {
  const { app, secrets } = world;
  const isUp = !world.hasEnded() && (await answersHealth(world));
  const records = app.logs.slice(from);
  const told = (text: string): string[] => [
    ...words.filter((word) => text.includes(word)).map((word) => `"${word}"`),
    ...secrets.filter(([, secret]) => text.includes(secret)).map(([what]) => what),
    ...(/eyJ[\w-]+\.eyJ/.test(text) ? ['a token'] : []),
  ];
  const complaints = [
    ...(isUp ? [] : ['the app is down']),
    ...records
      .filter(({ level }) => level === 'error' || level === 'critical')
      .map(({ message, error }) => `logs a mistake: ${message} ${error?.stack ?? ''}`),
    ...records.flatMap((record) => told(JSON.stringify(record)).map((what) => `logs ${what}: ${record.message}`)),
  ];
  // One mistake is often made many times.
  return complaints.length === 0 ? [] : [[...new Set(complaints)].slice(0, MOST_SHOWN).join('\n')];
};

const answersHealth = async ({ app, agent }: World): Promise<boolean> => {
  await quiet(app);
  const health: RawAnswer | undefined = await sendRequest(
    app.host.url,
    { method: 'GET', target: '/api/health', headers: [], body: undefined, framing: 'length' },
    agent,
  ).catch(() => undefined);
  return health?.status === 200;
};

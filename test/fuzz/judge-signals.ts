// What became of messages on which nothing rests.

import type * as z from 'zod';
import { count } from './report.ts';
import type { SentMessages } from './sent-messages.ts';
import { valueIn } from './value-in.ts';

/** Nothing rests on these: what they ask for is done by a timer as well. Odd ones are taken, and the log says so. */
export const judgeSignals = (
  { world, fromRecord, outcomes }: SentMessages,
  bodies: readonly string[],
  understandable: z.ZodType,
  event: string,
): string[] => {
  const odd = bodies.filter((body) => !understandable.safeParse(valueIn(body)).success).length;
  count(outcomes, 'logged', odd);
  count(outcomes, 'followed', bodies.length - odd);
  const logged = world.app.logs
    .slice(fromRecord)
    .filter(({ message }) => message.includes(`"event":"${event}"`)).length;
  return logged === odd ? [] : [`${odd} messages are not understood, and ${logged} log records say so`];
};

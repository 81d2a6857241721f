// What became of messages that start what a timer would do as well.

import type * as z from 'zod';
import { asGiven, SHOWN, strangeAmong, takeParked, timesParked } from './parked.ts';
import { count } from './report.ts';
import type { SentMessages } from './sent-messages.ts';
import { valueIn } from './value-in.ts';

/** Each is followed, or parked with a reason when there is nothing in it to follow. */
export const judgeSignals = async (
  messages: SentMessages,
  bodies: readonly string[],
  understandable: z.ZodType,
  from: string,
): Promise<string[]> => {
  const parked = await takeParked(messages);
  const sent = Map.groupBy(bodies, asGiven);
  const complaints = strangeAmong(parked, from, sent.keys());
  for (const [body, copies] of sent) {
    // A text that holds JSON is no JSON, and yet lies there with the same words.
    const odd = copies.filter((copy) => !understandable.safeParse(valueIn(copy)).success).length;
    const times = timesParked(parked, body);
    count(messages.outcomes, 'parked', odd);
    count(messages.outcomes, 'followed', copies.length - odd);
    if (times !== odd) complaints.push(`not understood ${odd} times, parked ${times} times: ${body.slice(0, SHOWN)}`);
  }
  return complaints;
};

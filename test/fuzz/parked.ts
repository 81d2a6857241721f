// What the app has set aside since it was last looked at.

import type { SentMessages } from './sent-messages.ts';
import { taken } from './taken.ts';
import { valueIn } from './value-in.ts';

const LONG = 80_000;
const PARKED = 'parked-messages';

export interface Parked {
  from: string;
  reason: string;
  text: string;
}

export const takeParked = async ({ world, client }: SentMessages): Promise<Parked[]> => {
  const waiting = world.app.cloud.serviceBus.inspect().entities[PARKED]?.active ?? 0;
  if (waiting === 0) return [];
  const asTheyLie = { receiveMode: 'receiveAndDelete', skipParsingBodyAsJson: true } as const;
  const received = await taken(client.createReceiver(PARKED, asTheyLie), waiting);
  return received.map(({ body, applicationProperties = {} }) => ({
    from: String(applicationProperties.from ?? ''),
    reason: String(applicationProperties.reason ?? ''),
    text: Buffer.from(body as Uint8Array).toString(),
  }));
};

/**
 * As the app gets it: the library gives JSON as its value, in which big numbers and repeated names are lost; half a character
 * has no bytes.
 */
export const asGiven = (text: string): string => {
  const value = valueIn(text);
  return typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
};

/** What has grown beyond a message while it was read may have lost its end, a cut character included. */
const isKept = (body: string, { text }: Parked): boolean =>
  text === body || (body.length > LONG && text.length > LONG && body.startsWith(text.slice(0, -3)));

/** How often this body was set aside; as `asGiven` says it. */
export const timesParked = (parked: readonly Parked[], body: string): number =>
  parked.filter((one) => isKept(body, one)).length;

/** Complaints about what nobody has sent, or does not say where from and why it is there. */
export const strangeAmong = (parked: readonly Parked[], from: string, bodies: Iterable<string>): string[] => {
  const sent = [...bodies];
  return parked.flatMap((one) => [
    ...(one.reason === '' ? ['parked without a reason'] : []),
    ...(one.from === from ? [] : [`parked as if from ${one.from}`]),
    ...(sent.some((body) => isKept(body, one)) ? [] : [`parked, but not sent: ${one.text.slice(0, SHOWN)}`]),
  ]);
};

/** Characters of a message in a complaint. */
export const SHOWN = 600;

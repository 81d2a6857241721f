// What became of messages with results: each is counted or parked, whatever it is.

import { randomUUID } from 'node:crypto';
import { ledgerDocumentId } from '../../shared/adapters/cosmos/documents.ts';
import { decodeResult, encodeResult } from '../../shared/contracts/result-message.ts';
import { eventKey } from '../../shared/domain/events.ts';
import { count } from './report.ts';
import type { SentMessages } from './sent-messages.ts';
import { taken } from './taken.ts';
import { tellsOfEntry, type Told } from './tells-of-entry.ts';
import { valueIn } from './value-in.ts';
import type { World } from './world.ts';

const SHOWN = 600;
const LONG = 80_000;
const PARKED = 'parked-messages';

/** As the app gets it: the library gives JSON as its value, in which big numbers and repeated names are lost. */
const asGiven = (text: string): string => {
  const value = valueIn(text);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Each is in the ledger or parked with a reason, and never both. */
export const judgeResults = async (messages: SentMessages, bodies: readonly string[]): Promise<string[]> => {
  const parked = await takeParked(messages);
  const sent = Map.groupBy(bodies, asGiven);
  const complaints = [
    ...parked.filter(({ reason }) => reason === '').map(() => 'parked without a reason'),
    ...parked
      .filter(({ message }) => ![...sent.keys()].some((body) => isKept(body, message)))
      .map(({ message }) => `parked, but not sent: ${message.slice(0, SHOWN)}`),
  ];
  for (const [body, copies] of sent) {
    const times = parked.filter(({ message }) => isKept(body, message)).length;
    const isCounted = await isInLedger(messages.world, body);
    count(messages.outcomes, isCounted ? 'applied' : 'parked', copies.length);
    if (isCounted ? times > 0 : times !== copies.length) {
      const state = isCounted ? 'in the ledger' : 'not in the ledger';
      complaints.push(`sent ${copies.length} times, parked ${times} times, ${state}: ${body.slice(0, SHOWN)}`);
    }
  }
  return complaints;
};

/** The right message that comes with the odd ones. */
export const goodResult = async ({ app }: World): Promise<string> => {
  const { sessionId, correlationId } = await app.issue(`companion-${randomUUID()}`);
  const attempt = { type: 'attempt', attemptId: 1, outcome: 'technical' } as const;
  return JSON.stringify(
    encodeResult({ ...attempt, atMs: Date.now(), customerId: 'contoso', correlationId, sessionId }),
  );
};

/** What has grown beyond a message while it was read may have lost its end, a cut character included. */
const isKept = (body: string, message: string): boolean =>
  message === body || (body.length > LONG && message.length > LONG && body.startsWith(message.slice(0, -3)));

interface Parked {
  reason: string;
  message: string;
}

const takeParked = async ({ world, client }: SentMessages): Promise<Parked[]> => {
  const waiting = world.app.cloud.serviceBus.inspect().entities[PARKED]?.active ?? 0;
  if (waiting === 0) return [];
  const asTheyLie = { receiveMode: 'receiveAndDelete', skipParsingBodyAsJson: true } as const;
  const received = await taken(client.createReceiver(PARKED, asTheyLie), waiting);
  return received.map(({ body, subject }) => {
    const text = Buffer.from(body as Uint8Array).toString();
    return subject === undefined ? (JSON.parse(text) as Parked) : { reason: subject, message: text };
  });
};

/** That somebody has counted the same: an earlier copy, or another process. */
export const isInLedger = async ({ app }: World, body: string): Promise<boolean> => {
  const decoded = decodeResult(body);
  if (decoded.kind === 'invalid') return false;
  const { event } = decoded;
  const item = app.cloud.database
    .container('correlations')
    .item(ledgerDocumentId(eventKey(event)), event.correlationId);
  const { resource } = await item.read<Told>();
  return resource !== undefined && tellsOfEntry(resource, event);
};

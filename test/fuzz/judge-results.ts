// What became of messages with results: each is counted or parked, whatever it is.

import { randomUUID } from 'node:crypto';
import { ledgerDocumentId } from '../../shared/adapters/cosmos/documents.ts';
import { decodeResult, encodeResult } from '../../shared/contracts/result-message.ts';
import { eventKey } from '../../shared/domain/events.ts';
import { asGiven, SHOWN, strangeAmong, takeParked, timesParked } from './parked.ts';
import { count } from './report.ts';
import type { SentMessages } from './sent-messages.ts';
import { tellsOfEntry, type Told } from './tells-of-entry.ts';
import type { World } from './world.ts';

/** Each is in the ledger or parked with a reason, and never both. */
export const judgeResults = async (messages: SentMessages, bodies: readonly string[]): Promise<string[]> => {
  const parked = await takeParked(messages);
  const sent = Map.groupBy(bodies, asGiven);
  const complaints = strangeAmong(parked, 'liveness-results', sent.keys());
  for (const [body, copies] of sent) {
    const times = timesParked(parked, body);
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

// What one write has stored in the partition of a correlation id.

import {
  correlationDocuments,
  eventDocuments,
  flagDocuments,
  ledgerDocuments,
  sessionDocuments,
} from '../../shared/adapters/cosmos/documents.ts';
import type {
  CorrelationRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  SessionRecord,
} from '../../shared/application/records.ts';
import type { JsonObject } from '../../local/cosmos/json.ts';

export interface Written {
  history?: CorrelationRecord;
  sessions: SessionRecord[];
  ledger: LedgerRecord[];
  flags: FlagRecord[];
  events: EventRecord[];
}

export const writtenIn = (documents: readonly JsonObject[]): Written => {
  const written: Written = { sessions: [], ledger: [], flags: [], events: [] };
  for (const document of documents) {
    switch (document.documentKind as string) {
      case 'history':
        written.history = correlationDocuments.record(document);
        break;
      case 'session':
        written.sessions.push(sessionDocuments.record(document));
        break;
      case 'attempt':
        written.ledger.push(ledgerDocuments.record(document));
        break;
      case 'flag':
        written.flags.push(flagDocuments.record(document));
        break;
      case 'event':
        written.events.push(eventDocuments.record(document));
        break;
    }
  }
  return written;
};

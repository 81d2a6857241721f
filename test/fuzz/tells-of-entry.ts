/** An event, or the ledger's entry of one. */
export interface Told {
  type?: unknown;
  customerId?: unknown;
  outcome?: unknown;
  reason?: unknown;
  errorCode?: unknown;
}

/** Whether the message's event is what the ledger has counted: itself, or another telling of the same attempt. */
export const tellsOfEntry = (entry: Told, event: Told): boolean =>
  entry.type === event.type &&
  entry.customerId === event.customerId &&
  entry.errorCode === event.errorCode &&
  (entry.outcome === event.outcome || areOneForged(entry, event) || areOneForged(event, entry));

/** An attempt that its client has forged is told by Face alone as what it judged. */
const areOneForged = (forged: Told, judged: Told): boolean =>
  forged.outcome === 'spoof' && forged.reason === 'integrity' && judged.outcome !== 'technical';

// All events of a file, in columns of numbers: some 40 bytes an event, so that millions fit beside the histories and can
// be read again for each policy. Rows come out in the order of (at, key), each key once, whatever the order of the lines
// and however often one is repeated.

import type { FlaggedSession, ReplayEvent } from '../../shared/application/replay/replay-event.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { Outcome, OutcomeReason } from '../../shared/domain/events.ts';
import { Texts } from './texts.ts';

/** The events that a session can have, by the ends of their keys and in the order of these. */
const KEY_ENDS = ['1', '2', '3', 'abandoned', 'issued'];
const ABANDONED = KEY_ENDS.indexOf('abandoned');
const ISSUED = KEY_ENDS.indexOf('issued');

const OUTCOMES: readonly Outcome[] = ['real', 'spoof', 'uncertain', 'technical'];
/** Position 0 stands for an absent reason, and so it does with texts. */
const REASONS: readonly (OutcomeReason | undefined)[] = [undefined, 'mismatch', 'integrity'];
const UNKNOWN = 0;

const FIRST_CAPACITY = 65_536;
const NO_ROW = 0xffff_ffff;

export class EventTable {
  #rows = 0;
  #columns = makeColumns(FIRST_CAPACITY);
  readonly #ids = new Texts();
  readonly #sessions = new Texts();
  readonly #errorCodes = new Texts();
  /** What hardly any event has. */
  readonly #otherFlaggedSessions = new Map<number, readonly FlaggedSession[]>();

  constructor() {
    this.#ids.numberOf('');
    this.#errorCodes.numberOf('');
  }

  add(event: ReplayEvent): void {
    const row = this.#rows;
    if (row === this.#columns.atMs.length) this.#columns = resized(this.#columns, 2 * row);
    this.#rows += 1;

    const columns = this.#columns;
    columns.atMs[row] = event.atMs;
    columns.customer[row] = this.#ids.numberOf(event.customerId);
    columns.correlation[row] = this.#ids.numberOf(event.correlationId);
    columns.session[row] = this.#sessions.numberOf(event.sessionId);
    columns.device[row] = this.#ids.numberOf(event.deviceKey ?? '');
    columns.appVersion[row] = this.#ids.numberOf(event.appVersion ?? '');
    switch (event.type) {
      case 'session.issued':
        columns.keyEnd[row] = ISSUED;
        columns.attemptsAllowed[row] = event.attemptsAllowed;
        columns.tokenTtlSeconds[row] = event.tokenTtlSeconds;
        return;
      case 'session.abandoned':
        columns.keyEnd[row] = ABANDONED;
        return;
      case 'attempt':
        columns.keyEnd[row] = event.attemptId - 1;
        columns.outcome[row] = OUTCOMES.indexOf(event.outcome);
        columns.reason[row] = REASONS.indexOf(event.reason);
        columns.errorCode[row] = this.#errorCodes.numberOf(event.errorCode ?? '');
        if (event.otherFlaggedSessions !== undefined) this.#otherFlaggedSessions.set(row, event.otherFlaggedSessions);
    }
  }

  /**
   * The rows in order, and how many contradict an earlier one with their key. Of two with one key the earlier stays, at one
   * moment the one whose content sorts first. Nothing can be added any more.
   */
  inOrder(): { rows: Uint32Array; contradictions: number } {
    this.#columns = resized(this.#columns, this.#rows);
    for (const texts of [this.#ids, this.#sessions, this.#errorCodes]) texts.forgetLookup();
    const { session, keyEnd, correlation, outcome, errorCode } = this.#columns;
    const rows = Uint32Array.from({ length: this.#rows }, (_, row) => row).sort((a, b) => this.#compare(a, b));
    const firstRows = new Uint32Array(this.#sessions.size * KEY_ENDS.length).fill(NO_ROW);
    let kept = 0;
    let contradictions = 0;
    for (const row of rows) {
      const key = (session[row] ?? 0) * KEY_ENDS.length + (keyEnd[row] ?? 0);
      const first = firstRows[key] ?? NO_ROW;
      if (first === NO_ROW) {
        firstRows[key] = row;
        rows[kept] = row;
        kept += 1;
      } else if (
        correlation[first] !== correlation[row] ||
        outcome[first] !== outcome[row] ||
        errorCode[first] !== errorCode[row]
      ) {
        contradictions += 1;
      }
    }
    return { rows: rows.slice(0, kept), contradictions };
  }

  /** The sessions that some event names for the same face. */
  matchedSessions(): ReadonlySet<string> {
    return new Set([...this.#otherFlaggedSessions.values()].flat().map(({ sessionId }) => sessionId));
  }

  eventAt(row: number): ReplayEvent {
    const columns = this.#columns;
    const event = this.#withoutClient(row);
    // Assigned, not spread: this is done for every event of millions.
    const device = columns.device[row] ?? UNKNOWN;
    if (device !== UNKNOWN) event.deviceKey = this.#ids.text(device);
    const appVersion = columns.appVersion[row] ?? UNKNOWN;
    if (appVersion !== UNKNOWN) event.appVersion = this.#ids.text(appVersion);
    return event;
  }

  #withoutClient(row: number): ReplayEvent {
    const columns = this.#columns;
    const atMs = columns.atMs[row] ?? 0;
    const customerId = this.#ids.text(columns.customer[row] ?? UNKNOWN);
    const correlationId = this.#ids.text(columns.correlation[row] ?? UNKNOWN);
    const sessionId = this.#sessions.text(columns.session[row] ?? UNKNOWN);
    const keyEnd = columns.keyEnd[row] ?? 0;
    if (keyEnd === ABANDONED) return { type: 'session.abandoned', atMs, customerId, correlationId, sessionId };
    if (keyEnd === ISSUED) {
      const attemptsAllowed = columns.attemptsAllowed[row] ?? 0;
      const tokenTtlSeconds = columns.tokenTtlSeconds[row] ?? 0;
      return { type: 'session.issued', atMs, customerId, correlationId, sessionId, attemptsAllowed, tokenTtlSeconds };
    }
    const outcome = OUTCOMES[columns.outcome[row] ?? 0] ?? 'uncertain';
    const attemptId = keyEnd + 1;
    const event: ReplayEvent & { type: 'attempt' } = {
      type: 'attempt',
      atMs,
      customerId,
      correlationId,
      sessionId,
      attemptId,
      outcome,
    };
    const reason = REASONS[columns.reason[row] ?? UNKNOWN];
    if (reason !== undefined) event.reason = reason;
    const errorCode = columns.errorCode[row] ?? UNKNOWN;
    if (errorCode !== UNKNOWN) event.errorCode = this.#errorCodes.text(errorCode);
    const otherFlaggedSessions = this.#otherFlaggedSessions.get(row);
    if (otherFlaggedSessions !== undefined) event.otherFlaggedSessions = otherFlaggedSessions;
    return event;
  }

  #compare(a: number, b: number): number {
    const { atMs, session, keyEnd } = this.#columns;
    const later = (atMs[a] ?? 0) - (atMs[b] ?? 0);
    if (later !== 0) return later;
    if (session[a] !== session[b]) return compareTexts(this.#keyOf(a), this.#keyOf(b));
    return (keyEnd[a] ?? 0) - (keyEnd[b] ?? 0) || compareTexts(this.#contentOf(a), this.#contentOf(b));
  }

  #keyOf(row: number): string {
    const { session, keyEnd } = this.#columns;
    return `${this.#sessions.text(session[row] ?? 0)}/${KEY_ENDS[keyEnd[row] ?? 0] ?? ''}`;
  }

  #contentOf(row: number): string {
    return canonicalJson(this.eventAt(row));
  }
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Columns = ReturnType<typeof makeColumns>;

const makeColumns = (capacity: number) => ({
  atMs: new Float64Array(capacity),
  customer: new Uint32Array(capacity),
  correlation: new Uint32Array(capacity),
  session: new Uint32Array(capacity),
  device: new Uint32Array(capacity),
  appVersion: new Uint32Array(capacity),
  errorCode: new Uint32Array(capacity),
  tokenTtlSeconds: new Uint32Array(capacity),
  keyEnd: new Uint8Array(capacity),
  attemptsAllowed: new Uint8Array(capacity),
  outcome: new Uint8Array(capacity),
  reason: new Uint8Array(capacity),
});

const resized = (columns: Columns, capacity: number): Columns => {
  const copy = makeColumns(capacity);
  for (const name of Object.keys(columns) as (keyof Columns)[]) copy[name].set(columns[name].subarray(0, capacity));
  return copy;
};

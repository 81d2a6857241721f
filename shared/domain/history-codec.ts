// A history as compact JSON: rows of numbers, with times counted from the earliest and texts held once in a table. Each
// set is one text, for JSON would spend more on brackets, commas and quotes than on what they part.

import type { AttemptFact, History } from './history.ts';

export interface StoredHistory {
  /** Epoch milliseconds that all times below are counted from; a little less is possible, and negative. */
  base: number;
  /** Tables of texts, with spaces between them. */
  tags?: string;
  sessions?: string;
  /** Rows of [at, session, attemptId, tag]. Here and below: whole numbers to the base 36, with spaces between them. */
  spoof?: string;
  uncertain?: string;
  technical?: string;
  passes?: string;
  /** Which elements of `uncertain` are mismatches. */
  mismatches?: string;
  /** Rows of [at, session, attemptsAllowed, tokenTtlSeconds, tag]. */
  issued?: string;
  /** Rows of [at, session, tag]. */
  unused?: string;
  /** Rows of [at, session, tag + 1 if by a pass, else 0]. */
  settled?: string;
  /** Rows of [at, tag]: other correlation ids with the same face. */
  links?: string;
  lastAttempt?: number;
  lastPass?: number;
}

/** `correlationId`: whose history it is, so that its sessions need only their suffix; absent for a device's history. */
export const encodeHistory = (history: History, correlationId?: string): StoredHistory => {
  const base = earliestOf(history);
  const tags = new Table();
  const sessions = new Table();
  const at = ({ atMs }: { atMs: number }): number => atMs - base;
  const session = ({ sessionId }: { sessionId: string }): number =>
    sessions.indexOf(shortSession(sessionId, tags, correlationId));
  const attempt = (fact: AttemptFact): number[] => [at(fact), session(fact), fact.attemptId, tags.indexOf(fact.tag)];

  const rows = {
    spoof: history.spoof.flatMap(attempt),
    uncertain: history.uncertain.flatMap(attempt),
    technical: history.technical.flatMap(attempt),
    passes: history.passes.flatMap(attempt),
    mismatches: history.uncertain.flatMap(({ mismatch }, index) => (mismatch ? [index] : [])),
    issued: history.issued.flatMap((token) => [
      at(token),
      session(token),
      token.attemptsAllowed,
      token.tokenTtlSeconds,
      tags.indexOf(token.tag),
    ]),
    unused: history.unused.flatMap((token) => [at(token), session(token), tags.indexOf(token.tag)]),
    settled: history.settled.flatMap((settled) => [
      at(settled),
      session(settled),
      settled.passedOn === undefined ? 0 : tags.indexOf(settled.passedOn) + 1,
    ]),
    links: history.links.flatMap((link) => [at(link), tags.indexOf(link.correlationId)]),
  };
  return {
    base,
    ...(tags.texts.length > 0 && { tags: joined(tags.texts) }),
    ...(sessions.texts.length > 0 && { sessions: joined(sessions.texts) }),
    ...Object.fromEntries(
      Object.entries(rows)
        .filter(([, numbers]) => numbers.length > 0)
        .map(([name, numbers]) => [name, numbers.map((number) => number.toString(RADIX)).join(' ')]),
    ),
    ...(history.lastAttemptAtMs === undefined ? {} : { lastAttempt: history.lastAttemptAtMs - base }),
    ...(history.lastPassAtMs === undefined ? {} : { lastPass: history.lastPassAtMs - base }),
  };
};

export const decodeHistory = (stored: StoredHistory, correlationId?: string): History => {
  const { base } = stored;
  const tags = stored.tags?.split(' ') ?? [];
  const sessions = stored.sessions?.split(' ') ?? [];
  const tag = (index: number): string => textAt(tags, index);
  const session = (index: number): string => longSession(textAt(sessions, index), tags, correlationId);
  const attempts = (numbers: string | undefined): AttemptFact[] =>
    rowsOf(numbers, 4, ([at = 0, sessionIndex = 0, attemptId = 0, tagIndex = 0]) => ({
      atMs: base + at,
      sessionId: session(sessionIndex),
      attemptId,
      tag: tag(tagIndex),
    }));
  const mismatches = new Set(numbersIn(stored.mismatches));

  return {
    spoof: attempts(stored.spoof),
    uncertain: attempts(stored.uncertain).map((fact, index) =>
      mismatches.has(index) ? { ...fact, mismatch: true } : fact,
    ),
    technical: attempts(stored.technical),
    passes: attempts(stored.passes),
    issued: rowsOf(stored.issued, 5, ([at = 0, sessionIndex = 0, attemptsAllowed = 0, ttl = 0, tagIndex = 0]) => ({
      atMs: base + at,
      sessionId: session(sessionIndex),
      attemptsAllowed,
      tokenTtlSeconds: ttl,
      tag: tag(tagIndex),
    })),
    unused: rowsOf(stored.unused, 3, ([at = 0, sessionIndex = 0, tagIndex = 0]) => ({
      atMs: base + at,
      sessionId: session(sessionIndex),
      tag: tag(tagIndex),
    })),
    settled: rowsOf(stored.settled, 3, ([at = 0, sessionIndex = 0, passed = 0]) => ({
      atMs: base + at,
      sessionId: session(sessionIndex),
      ...(passed === 0 ? {} : { passedOn: tag(passed - 1) }),
    })),
    links: rowsOf(stored.links, 2, ([at = 0, tagIndex = 0]) => ({ atMs: base + at, correlationId: tag(tagIndex) })),
    lastAttemptAtMs: stored.lastAttempt === undefined ? undefined : base + stored.lastAttempt,
    lastPassAtMs: stored.lastPass === undefined ? undefined : base + stored.lastPass,
  };
};

const earliestOf = (history: History): number => {
  const { spoof, uncertain, technical, passes, issued, unused, settled, links, lastAttemptAtMs, lastPassAtMs } =
    history;
  // Sets are sorted by time, passes by day: the base is the earliest moment, or some hours after it.
  const firsts = [spoof, uncertain, technical, passes, issued, unused, settled, links].map(([first]) => first?.atMs);
  const known = [...firsts, lastAttemptAtMs, lastPassAtMs].filter((atMs) => atMs !== undefined);
  return known.length === 0 ? 0 : Math.min(...known);
};

class Table {
  readonly texts: string[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    this.#indexes.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

const textAt = (texts: readonly string[], index: number): string => {
  const text = texts[index];
  if (text === undefined) throw new RangeError('a stored history names a text that it does not hold');
  return text;
};

/**
 * `suffix` for a session of the history's own correlation id, `<index of the other correlation id>.suffix` for others
 * (in a device's history they are tags already), and `.text` for what has no dot inside.
 */
const shortSession = (sessionId: string, tags: Table, correlationId: string | undefined): string => {
  const dot = sessionId.lastIndexOf('.');
  if (dot < 0) return `.${sessionId}`;
  const prefix = sessionId.slice(0, dot);
  const suffix = sessionId.slice(dot + 1);
  return prefix === correlationId ? suffix : `${tags.indexOf(prefix)}.${suffix}`;
};

const longSession = (short: string, tags: readonly string[], correlationId: string | undefined): string => {
  const dot = short.indexOf('.');
  if (dot === 0) return short.slice(1);
  if (dot > 0) return `${textAt(tags, Number(short.slice(0, dot)))}${short.slice(dot)}`;
  if (correlationId === undefined) throw new TypeError('this history was stored with its correlation id');
  return `${correlationId}.${short}`;
};

const RADIX = 36;

const joined = (texts: readonly string[]): string => {
  if (texts.some((text) => text.includes(' ')))
    throw new RangeError('a stored history keeps texts without spaces only');
  return texts.join(' ');
};

const numbersIn = (text = ''): number[] =>
  text === '' ? [] : text.split(' ').map((number) => Number.parseInt(number, RADIX));

const rowsOf = <Element>(
  text: string | undefined,
  width: number,
  make: (row: readonly number[]) => Element,
): Element[] => {
  const numbers = numbersIn(text);
  return Array.from({ length: numbers.length / width }, (_, index) =>
    make(numbers.slice(index * width, (index + 1) * width)),
  );
};

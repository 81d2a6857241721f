// What is remembered of one subject: a correlation id, or a device. Facts only, no weights and no sums, in bounded sets
// that merge by union. Folding an event is merging a history that holds nothing else. Failures, passes and tokens live
// in sets of their own: no flood of one pushes out another.

import { type SetOrder, unionNewest } from './bounded-set.ts';
import type { LivenessEvent } from './events.ts';
import type { KeepPolicy } from './policy.ts';
import { dayOf } from './time.ts';

export interface History {
  readonly spoof: readonly AttemptFact[];
  readonly uncertain: readonly AttemptFact[];
  readonly technical: readonly AttemptFact[];
  /** The earliest pass of each day and tag: more passes on a day add nothing. */
  readonly passes: readonly AttemptFact[];
  readonly issued: readonly IssuedToken[];
  readonly unused: readonly UnusedToken[];
  readonly settled: readonly SettledSession[];
  /** Other correlation ids under which the same face was seen, with the latest time. */
  readonly links: readonly FaceLink[];
  readonly lastAttemptAtMs: number | undefined;
  readonly lastPassAtMs: number | undefined;
}

interface SessionFact {
  readonly atMs: number;
  readonly sessionId: string;
}

interface TaggedFact extends SessionFact {
  /** The device in a correlation id's history, the correlation id in a device's; empty when unknown. */
  readonly tag: string;
}

export interface AttemptFact extends TaggedFact {
  readonly attemptId: number;
  /** Only with `uncertain`: a live face, but another person's. */
  readonly mismatch?: true;
}

export interface IssuedToken extends TaggedFact {
  readonly attemptsAllowed: number;
  readonly tokenTtlSeconds: number;
}

export type UnusedToken = TaggedFact;

/** A session from which no further attempt can come. */
export interface SettledSession extends SessionFact {
  /** Settled by a pass on this tag's device, so the session was used even if `passes` keeps an earlier pass of that day. */
  readonly passedOn?: string;
}

export interface FaceLink {
  readonly correlationId: string;
  readonly atMs: number;
}

export const emptyHistory: History = {
  spoof: [],
  uncertain: [],
  technical: [],
  passes: [],
  issued: [],
  unused: [],
  settled: [],
  links: [],
  lastAttemptAtMs: undefined,
  lastPassAtMs: undefined,
};

/**
 * The history with the event in it. It is what merging with a history of nothing but this event would give, without the
 * sets that the event has no part in.
 */
export const fold = (
  history: History,
  event: LivenessEvent,
  { tag, keep }: { tag: string; keep: KeepPolicy },
): History => {
  const { atMs, sessionId } = event;
  const settle = (session: SettledSession): readonly SettledSession[] =>
    unionNewest(history.settled, [session], settledOrder, keep.settled);
  switch (event.type) {
    case 'session.issued': {
      const { attemptsAllowed, tokenTtlSeconds } = event;
      const token = { atMs, sessionId, attemptsAllowed, tokenTtlSeconds, tag };
      return { ...history, issued: unionNewest(history.issued, [token], issuedOrder, keep.issued) };
    }
    case 'session.abandoned': {
      const unused = unionNewest(history.unused, [{ atMs, sessionId, tag }], unusedOrder, keep.unused);
      return { ...history, unused, settled: settle({ atMs, sessionId }) };
    }
    case 'session.closed':
      return { ...history, settled: settle({ atMs, sessionId }) };
    case 'attempt': {
      const { attemptId, outcome } = event;
      const attempt = { atMs, sessionId, attemptId, tag };
      const lastAttemptAtMs = latest(history.lastAttemptAtMs, atMs);
      switch (outcome) {
        case 'real': {
          const passes = unionNewest(history.passes, [attempt], passOrder, keep.passes);
          const settled = settle({ atMs, sessionId, passedOn: tag });
          return { ...history, passes, settled, lastAttemptAtMs, lastPassAtMs: latest(history.lastPassAtMs, atMs) };
        }
        case 'spoof': {
          const spoof = unionNewest(history.spoof, [attempt], attemptOrder, keep.spoof);
          return { ...history, spoof, lastAttemptAtMs };
        }
        case 'uncertain': {
          const fact: AttemptFact = event.reason === 'mismatch' ? { ...attempt, mismatch: true } : attempt;
          const uncertain = unionNewest(history.uncertain, [fact], attemptOrder, keep.uncertain);
          return { ...history, uncertain, lastAttemptAtMs };
        }
        case 'technical': {
          const technical = unionNewest(history.technical, [attempt], attemptOrder, keep.technical);
          return { ...history, technical, lastAttemptAtMs };
        }
      }
    }
  }
};

/** The attempts as another subject sees them, all under one tag. */
export const retagged = (history: History, tag: string): History => {
  const all = <Fact extends AttemptFact>(facts: readonly Fact[]): Fact[] => facts.map((fact) => ({ ...fact, tag }));
  const passes = all(history.passes);
  return {
    ...emptyHistory,
    spoof: all(history.spoof),
    uncertain: all(history.uncertain),
    technical: all(history.technical),
    // On several devices a day may have several passes; under one tag it has the earliest.
    passes: passes.reduce<readonly AttemptFact[]>(
      (kept, pass) => unionNewest(kept, [pass], passOrder, passes.length),
      [],
    ),
    lastAttemptAtMs: history.lastAttemptAtMs,
    lastPassAtMs: history.lastPassAtMs,
  };
};

/** The same face was seen under another correlation id. */
export const withFaceLink = (history: History, link: FaceLink, keep: KeepPolicy): History => ({
  ...history,
  links: unionOfLinks(history.links, [link], keep.links),
});

export const merge = (a: History, b: History, keep: KeepPolicy): History => ({
  spoof: unionNewest(a.spoof, b.spoof, attemptOrder, keep.spoof),
  uncertain: unionNewest(a.uncertain, b.uncertain, attemptOrder, keep.uncertain),
  technical: unionNewest(a.technical, b.technical, attemptOrder, keep.technical),
  passes: unionNewest(a.passes, b.passes, passOrder, keep.passes),
  issued: unionNewest(a.issued, b.issued, issuedOrder, keep.issued),
  unused: unionNewest(a.unused, b.unused, unusedOrder, keep.unused),
  settled: unionNewest(a.settled, b.settled, settledOrder, keep.settled),
  links: unionOfLinks(a.links, b.links, keep.links),
  lastAttemptAtMs: latest(a.lastAttemptAtMs, b.lastAttemptAtMs),
  lastPassAtMs: latest(a.lastPassAtMs, b.lastPassAtMs),
});

const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

/** By code units: the same on every machine, unlike the order of a locale. */
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareSessions = (a: SessionFact, b: SessionFact): number =>
  a.atMs - b.atMs || compareTexts(a.sessionId, b.sessionId);

const compareAttempts = (a: AttemptFact, b: AttemptFact): number =>
  compareSessions(a, b) ||
  a.attemptId - b.attemptId ||
  compareTexts(a.tag, b.tag) ||
  Number(a.mismatch ?? false) - Number(b.mismatch ?? false);

const attemptOrder: SetOrder<AttemptFact> = { compare: compareAttempts };

const passOrder: SetOrder<AttemptFact> = {
  compare: (a, b) => dayOf(a.atMs) - dayOf(b.atMs) || compareTexts(a.tag, b.tag),
  prefer: (a, b) => (compareAttempts(a, b) <= 0 ? a : b),
};

const issuedOrder: SetOrder<IssuedToken> = {
  compare: (a, b) =>
    compareSessions(a, b) ||
    a.attemptsAllowed - b.attemptsAllowed ||
    a.tokenTtlSeconds - b.tokenTtlSeconds ||
    compareTexts(a.tag, b.tag),
};

const unusedOrder: SetOrder<UnusedToken> = {
  compare: (a, b) => compareSessions(a, b) || compareTexts(a.tag, b.tag),
};

const settledOrder: SetOrder<SettledSession> = {
  compare: (a, b) =>
    compareSessions(a, b) ||
    Number(a.passedOn !== undefined) - Number(b.passedOn !== undefined) ||
    compareTexts(a.passedOn ?? '', b.passedOn ?? ''),
};

/** The latest time of each other id, and of those the newest. */
const unionOfLinks = (a: readonly FaceLink[], b: readonly FaceLink[], keep: number): readonly FaceLink[] => {
  if (b.length === 0) return a;
  const latestOf = new Map<string, FaceLink>();
  for (const link of [...a, ...b]) {
    const known = latestOf.get(link.correlationId);
    if (known === undefined || known.atMs < link.atMs) latestOf.set(link.correlationId, link);
  }
  return [...latestOf.values()]
    .sort((x, y) => x.atMs - y.atMs || compareTexts(x.correlationId, y.correlationId))
    .slice(-keep);
};

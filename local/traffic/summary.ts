// What a day came to, counted from what the product stored, what the Face service knows, and what people did.

import { ofKind, type Stored, type StoredDocument } from './stored.ts';

/** What somebody did, beside what is stored about them. */
export interface Doings {
  scenario: string;
  correlationIds: ReadonlySet<string>;
  tries: readonly { sessionId: string; attemptId: number; atMs: number }[];
}

export interface FaceTruth {
  list: readonly { sessionId: string; attempts: readonly { attemptId: number }[] }[];
}

export interface Summary {
  sessions: number;
  attempts: number;
  recorded: number;
  honestFlagged: number;
  lost: number;
  doubleCounted: number;
  maxBudgetExceeded: number;
  flagged: FlaggedSummary[];
}

export interface FlaggedSummary {
  scenario: string;
  pattern: string;
  verdict: 'flagged' | 'paused';
  attemptsBeforeFlag: number;
}

/** Judged failures that an end user may make in 30 days: 1-(1-0.01)^22 stays below a chance of 0.2. */
const BUDGET = 22;

export const summarize = (
  documents: readonly StoredDocument[],
  people: readonly Doings[],
  face: FaceTruth,
): Summary => {
  const sessions = ofKind(documents, 'session').filter(
    ({ faceSessionId, state }) => faceSessionId && state !== 'released',
  );
  const ledger = ofKind(documents, 'attempt');
  const recorded = new Set(ledger.filter(({ type }) => type === 'attempt').map(keyOf));
  const made = new Set([...people.flatMap(({ tries }) => tries.map(keyOf)), ...triesAtFace(sessions, face)]);
  const flagged = ofKind(documents, 'flag')
    .sort((a, b) => a.verdict.sinceMs - b.verdict.sinceMs)
    .map((flag) => flaggedSummary(flag, people));
  const honest = people.filter(({ scenario }) => scenario === 'honest');
  const blockedIds = new Set(ofKind(documents, 'flag').map(({ correlationId }) => correlationId));
  return {
    sessions: sessions.length,
    attempts: made.size,
    recorded: recorded.size,
    honestFlagged: honest.filter(({ correlationIds }) => [...correlationIds].some((id) => blockedIds.has(id))).length,
    lost: [...made].filter((key) => !recorded.has(key)).length,
    doubleCounted: countedTwice(ofKind(documents, 'history'), ledger) + completedTwice(ofKind(documents, 'event')),
    maxBudgetExceeded: overBudget(ledger),
    flagged,
  };
};

/** How many tries somebody had made when the verdict came. */
export const flaggedSummary = (
  { correlationId, verdict }: Stored<'flag'>,
  people: readonly Doings[],
): FlaggedSummary => {
  const person = people.find(({ correlationIds }) => correlationIds.has(correlationId));
  return {
    scenario: person?.scenario ?? 'unknown',
    pattern: verdict.pattern,
    verdict: verdict.kind,
    attemptsBeforeFlag: person?.tries.filter(({ atMs }) => atMs <= verdict.sinceMs).length ?? 0,
  };
};

const keyOf = ({ sessionId, attemptId }: { sessionId: string; attemptId?: number | undefined }): string =>
  `${sessionId}/${attemptId ?? ''}`;

/** By the product's ids of sessions. A try whose answer got lost on the way to the client is here too. */
const triesAtFace = (sessions: readonly Stored<'session'>[], face: FaceTruth): string[] => {
  const ours = new Map(sessions.map(({ faceSessionId, sessionId }) => [faceSessionId, sessionId]));
  return face.list.flatMap(({ sessionId: faceSessionId, attempts }) => {
    const sessionId = ours.get(faceSessionId);
    return sessionId === undefined ? [] : attempts.map(({ attemptId }) => keyOf({ sessionId, attemptId }));
  });
};

/** Elements of histories that have no ledger record of their own. */
const countedTwice = (histories: readonly Stored<'history'>[], ledger: readonly Stored<'attempt'>[]): number => {
  const records = new Set(
    ledger.map((record) => `${record.type === 'attempt' ? record.outcome : record.type} ${keyOf(record)}`),
  );
  const elements = histories.flatMap(({ history }) => [
    ...attemptsIn(history, history.spoof, 'spoof'),
    ...attemptsIn(history, history.uncertain, 'uncertain'),
    ...attemptsIn(history, history.technical, 'technical'),
    ...attemptsIn(history, history.passes, 'real'),
    ...rows(history.unused, 3).map(
      ([, session]) => `session.abandoned ${keyOf({ sessionId: sessionIn(history, session) })}`,
    ),
  ]);
  return elements.filter((element) => !records.delete(element)).length;
};

type StoredHistory = Stored<'history'>['history'];

const attemptsIn = (history: StoredHistory, set: readonly number[], outcome: string): string[] =>
  rows(set, 4).map(
    ([, session, attemptId]) => `${outcome} ${keyOf({ sessionId: sessionIn(history, session), attemptId })}`,
  );

/** Stored as `<index of the correlation id among the tags>.<suffix>`. */
const sessionIn = ({ sessions, tags }: StoredHistory, index = -1): string => {
  const [tag, suffix] = (sessions[index] ?? '').split('.');
  return `${tags[Number(tag)] ?? ''}.${suffix ?? ''}`;
};

const rows = (set: readonly number[], width: number): number[][] =>
  Array.from({ length: set.length / width }, (_, row) => set.slice(row * width, (row + 1) * width));

const completedTwice = (events: readonly Stored<'event'>[]): number => {
  const completions = Map.groupBy(
    events.filter(({ type }) => type === 'session.completed'),
    ({ data }) => data.sessionId,
  );
  return [...completions.values()].filter(({ length }) => length > 1).length;
};

const overBudget = (ledger: readonly Stored<'attempt'>[]): number => {
  const judged = ledger.filter(({ outcome }) => outcome === 'spoof' || outcome === 'uncertain');
  const byCorrelation = Map.groupBy(judged, ({ correlationId }) => correlationId);
  return [...byCorrelation.values()].filter(({ length }) => length > BUDGET).length;
};

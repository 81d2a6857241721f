// What a crash has done, counted from what is stored: the truth of the Face service against ledger and histories.

import { ofKind, type Stored, type StoredDocument } from '../traffic/stored.ts';
import type { CrashEvidence, FaceTruth } from './crash-evidence.ts';

export interface CrashCount {
  /** Tries that Face judged, and ledger records of tries. */
  tries: number;
  records: number;
  /** Tries that Face judged and that no ledger record names, or that no history shows. */
  lost: number;
  /** Tries with a second ledger record or shown twice or without a record, and sessions that were completed twice. */
  countedTwice: number;
  /** Correlation ids with more judged failures than the budget. */
  overBudget: number;
  halfDone: HalfDone;
}

export interface HalfDone {
  /** Reserved, or not closed to the end. */
  sessions: number;
  /** Not published. */
  events: number;
  /** Latched, without a flag. */
  verdicts: number;
  /** Decisions, and events of customers. */
  decisions: number;
  messages: number;
}

export const countAfterCrash = (evidence: CrashEvidence, budget: number): CrashCount => {
  const { documents, face } = evidence;
  const records = ofKind(documents, 'attempt').filter(({ type }) => type === 'attempt');
  const shown = ofKind(documents, 'history').flatMap(({ history }) => triesIn(history));
  const judged = judgedTries(ofKind(documents, 'session'), face);
  return {
    tries: judged.length,
    records: records.length,
    lost: countLost(judged, records, new Set(shown)),
    countedTwice:
      countRepeated(records.map(keyOf)) +
      countRepeated(shown) +
      countUnrecorded(shown, records) +
      countRepeated(completedSessions(documents)),
    overBudget: countOverBudget(records, budget),
    halfDone: halfDoneIn(evidence),
  };
};

export const isNothing = (halfDone: HalfDone): boolean => Object.values(halfDone).every((count) => count === 0);

const keyOf = ({ sessionId, attemptId }: { sessionId: string; attemptId?: number | undefined }): string =>
  `${sessionId}/${attemptId ?? ''}`;

/** By the product's ids of sessions; of a session that nobody stored, by the id that Face has for it. */
const judgedTries = (sessions: readonly Stored<'session'>[], face: readonly FaceTruth[]): string[] => {
  const ours = new Map(sessions.map(({ faceSessionId, sessionId }) => [faceSessionId, sessionId]));
  return face.flatMap(({ sessionId: faceSessionId, attempts }) =>
    attempts
      .filter(({ livenessDecision, errorCode }) => livenessDecision !== undefined || errorCode !== undefined)
      .map(({ attemptId }) => keyOf({ sessionId: ours.get(faceSessionId) ?? faceSessionId, attemptId })),
  );
};

/** A history shows every failure, but of the passes of a day only the first. */
const countLost = (
  judged: readonly string[],
  records: readonly Stored<'attempt'>[],
  shown: ReadonlySet<string>,
): number => {
  const recordOf = new Map(records.map((record) => [keyOf(record), record]));
  return judged.filter((key) => {
    const record = recordOf.get(key);
    return record === undefined || (record.outcome !== 'real' && !shown.has(key));
  }).length;
};

const countRepeated = (keys: readonly string[]): number => keys.length - new Set(keys).size;

const countUnrecorded = (shown: readonly string[], records: readonly Stored<'attempt'>[]): number => {
  const recorded = new Set(records.map(keyOf));
  return shown.filter((key) => !recorded.has(key)).length;
};

const completedSessions = (documents: readonly StoredDocument[]): string[] =>
  ofKind(documents, 'event')
    .filter(({ type }) => type === 'session.completed')
    .map(({ data }) => data.sessionId ?? '');

const countOverBudget = (records: readonly Stored<'attempt'>[], budget: number): number => {
  const failures = records.filter(({ outcome }) => outcome === 'spoof' || outcome === 'uncertain');
  const byCorrelation = Map.groupBy(failures, ({ correlationId }) => correlationId);
  return [...byCorrelation.values()].filter(({ length }) => length > budget).length;
};

const halfDoneIn = ({ documents, undone, messages }: CrashEvidence): HalfDone => {
  const flags = new Set(ofKind(documents, 'flag').map(({ correlationId, verdict }) => correlationId + verdict.pattern));
  const verdicts = ofKind(documents, 'history').flatMap(({ correlationId, verdicts: latched }) =>
    latched.map(({ pattern }) => correlationId + pattern),
  );
  return {
    sessions: ofKind(documents, 'session').filter(({ state, dueAt }) => state === 'reserved' || dueAt !== undefined)
      .length,
    events: ofKind(documents, 'event').filter(({ dueAt }) => dueAt !== undefined).length,
    verdicts: verdicts.filter((verdict) => !flags.has(verdict)).length,
    decisions: undone,
    messages: messages.waiting + messages.scheduled + messages.taken,
  };
};

type StoredHistory = Stored<'history'>['history'];

/** Each of these sets has rows of [at, session, attemptId, tag]. */
const triesIn = (history: StoredHistory): string[] =>
  [history.spoof, history.uncertain, history.technical, history.passes].flatMap((set) =>
    Array.from({ length: set.length / 4 }, (_, row) => {
      const [, session = -1, attemptId] = set.slice(row * 4, (row + 1) * 4);
      return keyOf({ sessionId: sessionIn(history, session), attemptId });
    }),
  );

/** Stored as `<index of the correlation id among the tags>.<suffix>`. */
const sessionIn = ({ sessions, tags }: StoredHistory, index: number): string => {
  const [tag, suffix] = (sessions[index] ?? '').split('.');
  return `${tags[Number(tag)] ?? ''}.${suffix ?? ''}`;
};

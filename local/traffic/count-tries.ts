// What became of every try: the truth of the Face service against ledger, histories and events.

import type { InspectedSession } from '../face/inspection.ts';
import { ofKind, type Stored, type StoredDocument } from './stored.ts';
import { keyOf, shownTries } from './stored-history.ts';

export interface TryCount {
  /** Tries that Face judged, and ledger records of tries. */
  tries: number;
  records: number;
  /** Tries that Face judged and that no ledger record names, or that no history shows. */
  lost: number;
  /** Tries with a second ledger record or shown twice or without a record, and sessions that were completed twice. */
  countedTwice: number;
}

export type SessionAtFace = Pick<InspectedSession, 'sessionId'> & {
  attempts: readonly Pick<InspectedSession['attempts'][number], 'attemptId' | 'livenessDecision' | 'errorCode'>[];
};

/** The documents have to be those of everybody who had a session at Face. */
export const countTries = (documents: readonly StoredDocument[], face: readonly SessionAtFace[]): TryCount => {
  const records = ofKind(documents, 'attempt').filter(({ type }) => type === 'attempt');
  const shown = ofKind(documents, 'history').flatMap(({ history }) => shownTries(history).map(({ key }) => key));
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
  };
};

/** By the product's ids of sessions; of a session that nobody stored, by the id that Face has for it. */
const judgedTries = (sessions: readonly Stored<'session'>[], face: readonly SessionAtFace[]): string[] => {
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

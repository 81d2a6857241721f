// What a stored history shows. Its rows name sessions and tags by their places in lists.

import type { Stored } from './stored.ts';

type StoredHistory = Stored<'history'>['history'];

export interface ShownTry {
  outcome: 'real' | 'spoof' | 'uncertain' | 'technical';
  key: string;
}

/** One try of one session; without an attempt, the session as a whole. */
export const keyOf = ({ sessionId, attemptId }: { sessionId: string; attemptId?: number | undefined }): string =>
  `${sessionId}/${attemptId ?? ''}`;

export const shownTries = (history: StoredHistory): ShownTry[] => [
  ...triesIn(history, history.spoof, 'spoof'),
  ...triesIn(history, history.uncertain, 'uncertain'),
  ...triesIn(history, history.technical, 'technical'),
  ...triesIn(history, history.passes, 'real'),
];

/** Ids of sessions whose token nobody used. */
export const shownAbandoned = (history: StoredHistory): string[] =>
  rows(history.unused, 3).map(([, session]) => sessionIn(history, session));

const triesIn = (history: StoredHistory, set: readonly number[], outcome: ShownTry['outcome']): ShownTry[] =>
  rows(set, 4).map(([, session, attemptId]) => ({
    outcome,
    key: keyOf({ sessionId: sessionIn(history, session), attemptId }),
  }));

/** Stored as `<index of the correlation id among the tags>.<suffix>`. */
const sessionIn = ({ sessions, tags }: StoredHistory, index = -1): string => {
  const [tag, suffix] = (sessions[index] ?? '').split('.');
  return `${tags[Number(tag)] ?? ''}.${suffix ?? ''}`;
};

const rows = (set: readonly number[], width: number): number[][] =>
  Array.from({ length: set.length / width }, (_, row) => set.slice(row * width, (row + 1) * width));

// What the simulation knows of one correlation id, from every write that its stores have committed.

import type {
  CorrelationRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  SessionRecord,
} from '../../shared/application/records.ts';
import { emptyHistory } from '../../shared/domain/history.ts';

export interface Story {
  correlationId: string;
  record?: CorrelationRecord;
  ledger: Map<string, LedgerRecord>;
  sessions: Map<string, SessionRecord>;
  events: Map<string, EventRecord>;
  flags: Map<string, FlagRecord>;
  /** After a reset: of the same end user. */
  predecessor?: Story;
  /** When each state of it was committed; newest last. */
  changes: { moment: number; record: CorrelationRecord }[];
}

export const newStory = (correlationId: string): Story => ({
  correlationId,
  ledger: new Map(),
  sessions: new Map(),
  events: new Map(),
  flags: new Map(),
  changes: [],
});

const DAY_MS = 86_400_000;

/** Number of the UTC day. */
export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

/** The story itself and those of its predecessors, newest first. */
export const lineOf = (story: Story): Story[] =>
  story.predecessor === undefined ? [story] : [story, ...lineOf(story.predecessor)];

export const attemptsIn = (story: Story): LedgerRecord[] =>
  [...story.ledger.values()].filter(({ type }) => type === 'attempt');

/** Whether somebody passed on this device a day ago: without that it is nobody's own, whatever the product says. */
export const hasPassedADayAgo = (attempts: readonly LedgerRecord[], deviceKey: string, nowMs: number): boolean =>
  attempts.some((entry) => entry.deviceKey === deviceKey && entry.outcome === 'real' && entry.atMs <= nowMs - DAY_MS);

/** Attempts that fill the budget. */
export const judgedFailuresIn = (story: Story): LedgerRecord[] =>
  attemptsIn(story).filter(({ outcome }) => outcome === 'spoof' || outcome === 'uncertain');

/**
 * Judged failures of its predecessors, which fill the budget, too. An attempt between the look that counts and the deletion
 * is known by chance, when somebody else has looked after it: a reset that is over by then cannot know it.
 */
export const inheritedFailuresOf = (story: Story): LedgerRecord[] => {
  const { predecessor, changes } = story;
  if (predecessor === undefined) return [];
  const madeAt = changes[0]?.moment ?? Infinity;
  const then = predecessor.changes.findLast(({ moment }) => moment < madeAt)?.record.history ?? emptyHistory;
  const known = new Set([...then.spoof, ...then.uncertain].map((fact) => `${fact.sessionId}/${fact.attemptId}`));
  const inherited = judgedFailuresIn(predecessor).filter(
    (entry) => known.has(entry.key) || isInResult(predecessor, entry),
  );
  return [...inherited, ...inheritedFailuresOf(predecessor)];
};

const isInResult = ({ sessions }: Story, { sessionId, attemptId }: LedgerRecord): boolean => {
  const result = sessions.get(sessionId)?.result;
  // Of a session that Face has forgotten the result tells nothing.
  if (result === undefined || result.lost === true) return true;
  return result.attempts.some((attempt) => attempt.attemptId === attemptId);
};

/**
 * Attempts that the session may still bring, by its ledger alone: none once it is released, all that it permits were
 * recorded, a pass and what came before it were, or what its end found was.
 */
export const attemptsToComeOf = (story: Story, session: SessionRecord): number => {
  if (session.state === 'released') return 0;
  const own = [...story.ledger.values()].filter(({ sessionId }) => sessionId === session.sessionId);
  const attempts = own.filter(({ type }) => type === 'attempt');
  const end = own.find(({ type }) => type !== 'attempt');
  const pass = attempts.find(({ outcome }) => outcome === 'real');
  const total = end !== undefined ? (end.attempts ?? 0) : (pass?.attemptId ?? session.attemptsAllowed);
  return Math.max(0, total - attempts.length);
};

// What a crash has done, counted from what is stored.

import { countTries, type TryCount } from '../traffic/count-tries.ts';
import { ofKind, type StoredDocument } from '../traffic/stored.ts';
import type { CrashEvidence } from './crash-evidence.ts';

export interface CrashCount extends TryCount {
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

export const countAfterCrash = (evidence: CrashEvidence, budget: number): CrashCount => ({
  ...countTries(evidence.documents, evidence.face),
  overBudget: countOverBudget(evidence.documents, budget),
  halfDone: halfDoneIn(evidence),
});

export const isNothing = (halfDone: HalfDone): boolean => Object.values(halfDone).every((count) => count === 0);

const countOverBudget = (documents: readonly StoredDocument[], budget: number): number => {
  const failures = ofKind(documents, 'attempt').filter(({ outcome }) => outcome === 'spoof' || outcome === 'uncertain');
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

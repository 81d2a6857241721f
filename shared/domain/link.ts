// What others did where this id has been: other ids on the same device, and predecessors of the same end user. It lowers
// the bar for an id that has a spoof of its own, and does nothing to any other.

import { isIn, sessionsIn, type View } from './counts.ts';
import type { History } from './history.ts';
import { mixOf } from './ledger-score.ts';
import type { LinkPolicy, Policy } from './policy.ts';
import { dayOf } from './time.ts';

export type LinkedSubject = 'device' | 'lineage';

/** Of the other ids at a linked subject. */
export interface LinkedCounts {
  /** Passes count once a day and id. */
  passDays: number;
  spoofs: number;
  uncertainSessions: number;
  technicalSessions: number;
  otherIds: number;
}

export type LinkedElements = Pick<History, 'spoof' | 'uncertain' | 'technical' | 'passes'>;

/** The elements of other ids in a subject's history, whose tags are correlation ids. */
export const elementsOfOthers = (subject: History, ownId: string, view: View, policy: Policy): LinkedElements => {
  const { firstDay, lastDay } = view;
  // A busy kiosk keeps passes of hours and failures of weeks: only days of which it keeps both can be compared.
  const [oldestPass] = subject.passes;
  const isFull = subject.passes.length >= policy.keep.passes && oldestPass !== undefined;
  const comparable = {
    firstDay: isFull ? Math.max(firstDay, dayOf(oldestPass.atMs) + 1) : firstDay,
    lastDay,
    onDevice: (tag: string) => tag !== ownId,
  };
  return {
    spoof: subject.spoof.filter((fact) => isIn(comparable, fact)),
    uncertain: subject.uncertain.filter((fact) => isIn(comparable, fact)),
    technical: subject.technical.filter((fact) => isIn(comparable, fact)),
    passes: subject.passes.filter((fact) => isIn(comparable, fact)),
  };
};

export const countLinked = ({ spoof, uncertain, technical, passes }: LinkedElements): LinkedCounts => ({
  passDays: passes.length,
  spoofs: spoof.length,
  uncertainSessions: sessionsIn(uncertain),
  technicalSessions: sessionsIn(technical),
  otherIds: new Set([...spoof, ...uncertain, ...technical, ...passes].map(({ tag }) => tag)).size,
});

/** What these counts add to the score, in nats. */
export const linkTerm = (counts: LinkedCounts, { max, shift }: LinkPolicy, policy: Policy): number =>
  Math.min(max, Math.max(0, mixOf(counts, policy) - shift));

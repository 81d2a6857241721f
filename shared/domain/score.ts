// What is known of an id adds up to: its own attempts, or those on unfamiliar devices if they tell more; and what others
// did where it has been.

import { channelsOf, isOnOneDevice, scoreElsewhere, type Scope } from './channel.ts';
import { wholeView, type Counts, type View } from './counts.ts';
import type { JudgedState } from './judged-state.ts';
import { ledgerScore, type Ledgers } from './ledger-score.ts';
import { countLinked, elementsOfOthers, linkTerm, type LinkedCounts, type LinkedSubject } from './link.ts';
import { type Policy, roundToMillionth, thresholdOf } from './policy.ts';

export type { Ledgers } from './ledger-score.ts';

/** Natural logarithms, each rounded to a millionth; `score` is rounded after it was computed from exact ledgers. */
export interface Score {
  /** Of the attempts that gave the score: all, or those on unfamiliar devices. */
  ledgers: Ledgers;
  /** Of all attempts, and of those that gave the score. */
  counts: Counts;
  tellingCounts: Counts;
  beforeLink: number;
  link?: AddedLink;
  score: number;
  threshold: number;
  crossed: boolean;
  /** Whom a crossing concerns: the id, or its unfamiliar devices only. */
  scope: Scope;
}

export interface AddedLink {
  subject: LinkedSubject;
  added: number;
  counts: LinkedCounts;
}

export type ScoredState = Pick<JudgedState, 'correlationId' | 'history' | 'linkedDevice' | 'lineage'>;

/** `undefined` when no failure counts. */
export const scoreOf = (state: ScoredState, policy: Policy): Score | undefined => {
  const { history } = state;
  const view = wholeView(history, policy);
  if (view === undefined) return undefined;
  const overall = ledgerScore(history, policy, view);
  if (overall === undefined) return undefined;

  // On one device there is nothing to part, whether it is familiar or not.
  const channels = isOnOneDevice(history) ? undefined : channelsOf(history, policy);
  const elsewhere = channels && scoreElsewhere(history, policy, view, channels);
  // Two looks at the same attempts: the second one has half the say, which keeps the bound at 1.5 alpha.
  const elsewhereScore = elsewhere === undefined ? -Infinity : elsewhere.score - Math.LN2;
  const telling = elsewhere !== undefined && elsewhereScore > overall.score ? elsewhere : overall;
  const beforeLink = Math.max(overall.score, elsewhereScore);
  const link = overall.counts.spoofs === 0 ? undefined : strongestLink(state, view, policy);

  const score = roundToMillionth(beforeLink + (link?.added ?? 0));
  const threshold = thresholdOf(policy);
  return {
    ledgers: {
      mix: roundToMillionth(telling.ledgers.mix),
      burst: roundToMillionth(telling.ledgers.burst),
      recurrence: roundToMillionth(telling.ledgers.recurrence),
      quality: roundToMillionth(telling.ledgers.quality),
      afterPass: roundToMillionth(telling.ledgers.afterPass),
    },
    counts: overall.counts,
    tellingCounts: telling.counts,
    beforeLink: roundToMillionth(beforeLink),
    ...(link && { link: { ...link, added: roundToMillionth(link.added) } }),
    score,
    threshold,
    crossed: score >= threshold,
    scope: elsewhere !== undefined && channels?.ownerIsClean === true ? 'device' : 'correlation',
  };
};

const strongestLink = (
  { correlationId, linkedDevice, lineage }: ScoredState,
  view: View,
  policy: Policy,
): AddedLink | undefined => {
  const device = linkedDevice && linkOf('device', linkedDevice, policy);
  const line =
    lineage && linkOf('lineage', countLinked(elementsOfOthers(lineage, correlationId, view, policy)), policy);
  const stronger = device === undefined || (line !== undefined && line.added > device.added) ? line : device;
  return stronger === undefined || stronger.added === 0 ? undefined : stronger;
};

const linkOf = (subject: LinkedSubject, counts: LinkedCounts, policy: Policy): AddedLink => ({
  subject,
  counts,
  added: linkTerm(counts, policy.link[subject], policy),
});

// The id alone would not cross: what others did on its device, or its own predecessors, makes the difference. Covers
// the rotation of ids, one device with many ids, and an end user who goes through ids.

import type { LinkedCounts } from '../link.ts';
import type { PatternRule } from './pattern.ts';
import { SCORED_AT, scoredCrossing } from './scored-pattern.ts';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const linked = (
  name: 'linked-device' | 'linked-lineage',
  sentence: (counts: LinkedCounts, days: number) => string,
): PatternRule => ({
  name,
  judgedAt: SCORED_AT,
  flagsWithoutSpoof: false,
  crossing: scoredCrossing(name),
  reasons: ({ score }, policy) =>
    score?.link === undefined ? [] : [sentence(score.link.counts, policy.score.windowDays)],
});

export const linkedDevice = linked(
  'linked-device',
  ({ otherIds, spoofs }, days) =>
    `${counted(otherIds, 'other id')} on this device had ${counted(spoofs, 'spoof result')} in ${days} days`,
);

export const linkedLineage = linked(
  'linked-lineage',
  ({ otherIds, spoofs }, days) =>
    `${counted(otherIds, 'earlier id')} of this end user had ${counted(spoofs, 'spoof result')} in ${days} days`,
);

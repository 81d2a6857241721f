import type { Comparison, Difference, ReviewedIds } from './compare-policies.ts';

const MOST_ENTRIES = 20;

/** Lines for people. */
export const describeComparison = ({ kept, gained, lost, reviewed }: Comparison): string[] => [
  `found by both: ${kept}`,
  ...describeDifference('gained', gained),
  ...describeDifference('lost', lost),
  ...(reviewed
    ? [
        `honest people in review: ${describeReviewed(reviewed.honest)}`,
        `abusers in review: ${describeReviewed(reviewed.abuse)}`,
      ]
    : []),
];

const describeDifference = (name: string, { byPattern, entries }: Difference): string[] => {
  const shown = entries.slice(0, MOST_ENTRIES);
  return [
    `${name}: ${entries.length}`,
    ...Object.entries(byPattern).map(([pattern, count]) => `  ${pattern}: ${count}`),
    ...shown.map(({ at, pattern, customerId, correlationId }) =>
      ['   ', at, pattern, customerId, correlationId ?? ''].join(' ').trimEnd(),
    ),
    ...(entries.length > shown.length ? [`    and ${entries.length - shown.length} more`] : []),
  ];
};

const describeReviewed = ({ ids, flaggedBefore, flaggedAfter }: ReviewedIds): string => {
  if (ids === 0) return 'none';
  const shareOf = (flagged: number): string => `${flagged} of ${ids} flagged (${((flagged / ids) * 100).toFixed(1)} %)`;
  const points = (((flaggedAfter - flaggedBefore) / ids) * 100).toFixed(1);
  return `before ${shareOf(flaggedBefore)}, after ${shareOf(flaggedAfter)}, difference ${points} points`;
};

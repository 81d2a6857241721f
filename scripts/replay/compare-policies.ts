// What a change of policy gains and loses on the same events.

import type { ReplayLine } from '../../shared/application/replay/replay-line.ts';
import type { Reviews } from './read-reviews.ts';

export interface Comparison {
  /** Found by both policies, by the second one only, and by the first one only. */
  kept: number;
  gained: Difference;
  lost: Difference;
  reviewed?: { honest: ReviewedIds; abuse: ReviewedIds };
}

export interface Difference {
  byPattern: Record<string, number>;
  entries: ComparedLine[];
}

export type ComparedLine = Pick<ReplayLine, 'at' | 'pattern' | 'customerId' | 'correlationId'>;

/** How many of the reviewed ids each policy flags. A pause is no flag. */
export interface ReviewedIds {
  ids: number;
  flaggedBefore: number;
  flaggedAfter: number;
}

export const comparePolicies = (
  before: readonly ReplayLine[],
  after: readonly ReplayLine[],
  reviews: Reviews | undefined,
): Comparison => {
  const old = firstOfEach(before);
  const fresh = firstOfEach(after);
  return {
    kept: [...fresh.keys()].filter((what) => old.has(what)).length,
    gained: differenceOf([...fresh].filter(([what]) => !old.has(what)).map(([, line]) => line)),
    lost: differenceOf([...old].filter(([what]) => !fresh.has(what)).map(([, line]) => line)),
    ...(reviews && {
      reviewed: {
        honest: reviewedIds(reviews.honest, before, after),
        abuse: reviewedIds(reviews.abuse, before, after),
      },
    }),
  };
};

/** By what was found about whom. The time may differ: who is flagged somewhat later is flagged all the same. */
const firstOfEach = (lines: readonly ReplayLine[]): Map<string, ReplayLine> => {
  const first = new Map<string, ReplayLine>();
  for (const line of lines) {
    const { customerId, correlationId, pattern } = line;
    const appVersion = 'appVersion' in line ? line.appVersion : undefined;
    const what = JSON.stringify([customerId, correlationId, pattern, appVersion]);
    if (!first.has(what)) first.set(what, line);
  }
  return first;
};

const differenceOf = (lines: readonly ReplayLine[]): Difference => {
  const byPattern: Record<string, number> = {};
  for (const { pattern } of lines) byPattern[pattern] = (byPattern[pattern] ?? 0) + 1;
  return {
    byPattern,
    entries: lines.map(({ at, pattern, customerId, correlationId }) => ({ at, pattern, customerId, correlationId })),
  };
};

const reviewedIds = (
  ids: ReadonlySet<string>,
  before: readonly ReplayLine[],
  after: readonly ReplayLine[],
): ReviewedIds => ({ ids: ids.size, flaggedBefore: flaggedOf(ids, before), flaggedAfter: flaggedOf(ids, after) });

const flaggedOf = (ids: ReadonlySet<string>, lines: readonly ReplayLine[]): number => {
  const flags = lines.filter((line) => 'caseKey' in line && !line.pattern.startsWith('pause-'));
  return new Set(flags.map(({ correlationId }) => correlationId).filter((id) => id !== null && ids.has(id))).size;
};

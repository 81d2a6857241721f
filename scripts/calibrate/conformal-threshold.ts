// A threshold that the next honest id crosses with at most a given chance, without a model of honest people: it is one of
// the highest scores of earlier ids, and the next one is as likely as any to be the highest (Vovk, Gammerman, Shafer 2005).

import { roundToMillionth } from '../../shared/domain/policy.ts';

export type ConformalThreshold =
  | { kind: 'found'; threshold: number }
  /** So few ids that even the highest of their scores is crossed more often. */
  | { kind: 'too-few-ids'; needed: number };

/** Scores are millionths, and ties are common: a flag needs more than the score that was picked. */
const ABOVE = 1e-6;

export const conformalThreshold = (highestScores: readonly number[], rate: number): ConformalThreshold => {
  const needed = wholeAtLeast(1 / rate) - 1;
  if (highestScores.length < needed) return { kind: 'too-few-ids', needed };
  const rank = wholeAtLeast((highestScores.length + 1) * (1 - rate));
  const picked = highestScores.toSorted((a, b) => a - b)[rank - 1] ?? Infinity;
  return { kind: 'found', threshold: roundToMillionth(picked + ABOVE) };
};

/** 1000 * (1 - 0.001) is a little more than 999 in binary fractions, and must not become 1000. */
const wholeAtLeast = (value: number): number => Math.ceil(value - 1e-9);

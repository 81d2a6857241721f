import type { Outcome } from '../../shared/domain/events.ts';
import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import { decayedSum } from './decayed-sum.ts';
import type { Rule } from './rule.ts';

/** How bad an attempt looks. Our weights: the clearer the sign of an attack, the more. */
const weights: Record<Exclude<Outcome, 'real'>, number> = { spoof: 1, uncertain: 0.5, technical: 0.25 };

/**
 * A reputation score: failures add up and fade with a half-life of 12 hours. Nobody ships this one with a number for
 * liveness checks; 5 is five spoofs at once.
 *
 * Counts every attempt that is not `real`, by weight; a pass takes nothing back.
 */
export const decayedScore: Rule = {
  name: 'decayed score, half-life 12 h',
  source: 'Cormode, Shkapenyuk, Srivastava, Xu 2009, Forward decay: a practical time decay model for streaming systems',
  shipped: 5,
  newSubject: () => {
    const add = decayedSum(12 * MS_PER_HOUR);
    return ({ outcome, atMs }) => (outcome === 'real' ? 0 : add(weights[outcome], atMs));
  },
};

import { MS_PER_DAY } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';
import { slidingCount } from './sliding-count.ts';

/**
 * Spoofs in the last 24 hours: the simplest rule that reads the outcome. Nobody ships it; one spoof is often a mistake,
 * two may be, 3 is the first number that is hard to explain.
 *
 * Counts `spoof` only; a pass takes nothing back.
 */
export const spoofDayCount: Rule = {
  name: 'spoofs in 24 h',
  source: 'sliding-window log, as in common rate limiters, over spoofs',
  shipped: 3,
  newSubject: () => {
    const countSpoof = slidingCount(MS_PER_DAY);
    return ({ outcome, atMs }) => (outcome === 'spoof' ? countSpoof(atMs) : 0);
  },
};

import { MS_PER_DAY } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';
import { slidingCount } from './sliding-count.ts';

/**
 * The plain rate limit: failures in the last 24 hours. The window is ours; the number is the 10 of NIST.
 *
 * Counts every attempt that is not `real`; a pass takes nothing back.
 */
export const slidingDayCount: Rule = {
  name: 'failures in 24 h',
  source: 'sliding-window log, as in common rate limiters',
  shipped: 10,
  newSubject: () => {
    const countFailure = slidingCount(MS_PER_DAY);
    return ({ outcome, atMs }) => (outcome === 'real' ? 0 : countFailure(atMs));
  },
};

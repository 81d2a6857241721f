import { MS_PER_DAY } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';
import { slidingCount } from './sliding-count.ts';

/**
 * Ten failures block for 30 days. A successful login is not among the things that lift a block, so a pass takes
 * nothing back here.
 *
 * Counts every attempt that is not `real`.
 */
export const auth0BruteForce: Rule = {
  name: 'Auth0 failures in 30 days',
  source: 'Auth0, Brute-Force Protection, https://auth0.com/docs/secure/attack-protection/brute-force-protection',
  shipped: 10,
  newSubject: () => {
    const countFailure = slidingCount(30 * MS_PER_DAY);
    return ({ outcome, atMs }) => (outcome === 'real' ? 0 : countFailure(atMs));
  },
};

import type { Rule } from './rule.ts';

/**
 * At most 10 failures in a row for biometrics with presentation attack detection (5 without); then at least 30 seconds
 * before each further attempt, and none after 100. Who can wait 30 seconds is stopped at 100 only. We flag at 10,
 * where the rule first acts, which is the reading that does most for it.
 *
 * Counts every attempt that is not `real`; a pass starts again at 0.
 */
export const nistConsecutiveFailures: Rule = {
  name: 'NIST consecutive failures',
  source: 'NIST SP 800-63B-4, Use of Biometrics, https://pages.nist.gov/800-63-4/sp800-63b.html',
  shipped: 10,
  newSubject: () => {
    let failures = 0;
    return ({ outcome }) => {
      failures = outcome === 'real' ? 0 : failures + 1;
      return failures;
    };
  },
};

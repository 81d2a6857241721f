import { attack, usualUser } from './outcome-rates.ts';
import type { Rule } from './rule.ts';

/**
 * Page's cumulative sum: each outcome adds the logarithm of how much likelier it is for an attacker than for a usual
 * user, and the sum never falls below 0. Nobody ships it; ln 200 is the limit of the sequential test at one in 200.
 *
 * Weighs all four outcomes; a pass subtracts.
 */
export const cusum: Rule = {
  name: 'CUSUM of log-likelihoods',
  source: 'Page 1954, Continuous inspection schemes, Biometrika 41',
  shipped: Math.log(200),
  newSubject: () => {
    let sum = 0;
    return ({ outcome }) => {
      sum = Math.max(0, sum + Math.log(attack[outcome] / usualUser[outcome]));
      return outcome === 'real' ? 0 : sum;
    };
  },
};

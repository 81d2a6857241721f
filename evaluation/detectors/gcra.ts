import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';

const intervalMs = MS_PER_HOUR;

/**
 * The generic cell rate algorithm at one failure an hour: a bucket that takes one failure at a time and leaks one an
 * hour. The statistic is its level. The burst is ours to set; 5 is the number of AWS and Login.gov.
 *
 * Counts every attempt that is not `real`; a pass takes nothing back.
 */
export const gcra: Rule = {
  name: 'GCRA, 1 an hour',
  source: 'ATM Forum, Traffic Management Specification 4.1 (AF-TM-0121), Generic Cell Rate Algorithm',
  shipped: 5,
  newSubject: () => {
    let theoreticalArrivalMs = -Infinity;
    return ({ outcome, atMs }) => {
      if (outcome === 'real') return 0;
      theoreticalArrivalMs = Math.max(theoreticalArrivalMs, atMs) + intervalMs;
      return (theoreticalArrivalMs - atMs) / intervalMs;
    };
  },
};

import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';

/**
 * An hour's failures from two counters: those of this clock hour, and those of the last one by the share of it that
 * is still within 60 minutes. Cheap for a rate limiter, and close to the true count. The number is the 10 of NIST.
 *
 * Counts every attempt that is not `real`; a pass takes nothing back.
 */
export const twoBucketHour: Rule = {
  name: 'two buckets, 1 h',
  source: 'Cloudflare, How we built rate limiting capable of scaling to millions of domains, 2017',
  shipped: 10,
  newSubject: () => {
    let hour = -Infinity;
    let failures = 0;
    let failuresBefore = 0;
    return ({ outcome, atMs }) => {
      if (outcome === 'real') return 0;
      const thisHour = Math.floor(atMs / MS_PER_HOUR);
      if (thisHour !== hour) {
        failuresBefore = thisHour === hour + 1 ? failures : 0;
        failures = 0;
        hour = thisHour;
      }
      failures += 1;
      const shareGone = atMs / MS_PER_HOUR - thisHour;
      return failures + failuresBefore * (1 - shareGone);
    };
  },
};

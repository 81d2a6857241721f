import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';

const expiresAfterMs = 6 * MS_PER_HOUR;

/**
 * Five tries to hand in documents and a face, then none for 6 hours. Each try moves the end of the 6 hours, so the
 * counter starts again only after 6 quiet hours.
 *
 * Counts every attempt, passes too: the limiter counts what is handed in, before it knows how it ends.
 */
export const loginGovTries: Rule = {
  name: 'Login.gov tries, 6 h',
  source:
    'Login.gov, Identity Verification Rate Limiting and rate_limiter.rb, ' +
    'https://handbook.login.gov/articles/identity-proofing-rate-limiting.html',
  shipped: 5,
  newSubject: () => {
    let tries = 0;
    let lastTryAtMs = -Infinity;
    return ({ atMs }) => {
      tries = atMs - lastTryAtMs >= expiresAfterMs ? 1 : tries + 1;
      lastTryAtMs = atMs;
      return tries;
    };
  },
};

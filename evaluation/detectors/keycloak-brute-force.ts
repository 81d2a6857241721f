import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';

const forgetsAfterMs = 12 * MS_PER_HOUR;

/**
 * Thirty failures lock the account for a while. The counter starts again at 0 with a successful login, and when the
 * last failure is more than 12 hours old.
 *
 * Counts every attempt that is not `real`.
 */
export const keycloakBruteForce: Rule = {
  name: 'Keycloak failures, 12 h',
  source:
    'Keycloak, Server Administration Guide, Brute force attacks, ' +
    'https://www.keycloak.org/docs/latest/server_admin/#password-guess-brute-force-attacks',
  shipped: 30,
  newSubject: () => {
    let failures = 0;
    let lastFailureAtMs = -Infinity;
    return ({ outcome, atMs }) => {
      if (outcome === 'real') {
        failures = 0;
        return 0;
      }
      failures = atMs - lastFailureAtMs > forgetsAfterMs ? 1 : failures + 1;
      lastFailureAtMs = atMs;
      return failures;
    };
  },
};

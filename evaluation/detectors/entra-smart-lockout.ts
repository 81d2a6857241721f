import type { Rule } from './rule.ts';

/**
 * Ten failures lock for 60 seconds, and each further failure locks again, for longer. Familiar and unfamiliar places
 * have counters of their own. How fast the lock grows is not published; we flag at the first lock.
 *
 * Counts every attempt that is not `real`. A place is a device, familiar once the subject has passed there (an unknown
 * device is one place); a pass sets the counter of its place's kind to 0.
 */
export const entraSmartLockout: Rule = {
  name: 'Entra smart lockout',
  source:
    'Microsoft Entra, Protect user accounts from attacks with smart lockout, ' +
    'https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout',
  shipped: 10,
  newSubject: () => {
    const familiarPlaces = new Set<string | undefined>();
    let familiarFailures = 0;
    let unfamiliarFailures = 0;
    return ({ outcome, deviceKey }) => {
      const isFamiliar = familiarPlaces.has(deviceKey);
      if (outcome === 'real') {
        if (isFamiliar) familiarFailures = 0;
        else unfamiliarFailures = 0;
        familiarPlaces.add(deviceKey);
        return 0;
      }
      return isFamiliar ? ++familiarFailures : ++unfamiliarFailures;
    };
  },
};

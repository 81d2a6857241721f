import { isEnforced } from '../../../shared/application/is-enforced.ts';
import type { EnforcementOff } from '../../../shared/application/policy-records.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';

const now = startOfTests;
const later = secondsAfter(now, 1);
const effective = (enforcementOff: EnforcementOff[], mode: Policy['mode'] = 'enforce') => ({
  policy: { ...defaultPolicy, mode },
  policyHash: 'hash',
  enforcementOff,
});

describe('whether a verdict is enforced', () => {
  it.each<[string, EnforcementOff[], string | undefined, boolean]>([
    ['yes, when it is off nowhere', [], '4.2', true],
    ['no, while it is off for all', [{ until: later }], '4.2', false],
    ['no, while it is off for all, also when the version is unknown', [{ until: later }], undefined, false],
    ['yes, from the end on', [{ until: now }], '4.2', true],
    ['no, while it is off for this version', [{ until: later, appVersion: '4.2' }], '4.2', false],
    ['yes, while it is off for another version', [{ until: later, appVersion: '4.1' }], '4.2', true],
    [
      'yes, while it is off for a version and this one is unknown',
      [{ until: later, appVersion: '4.2' }],
      undefined,
      true,
    ],
    ['no, when one of several holds', [{ until: now }, { until: later, appVersion: '4.2' }], '4.2', false],
  ])('%s', (_what, enforcementOff, appVersion, enforced) => {
    expect(isEnforced(effective(enforcementOff), appVersion, now)).toBe(enforced);
  });

  it('no, under a policy that only audits', () => {
    expect(isEnforced(effective([], 'audit'), '4.2', now)).toBe(false);
  });
});

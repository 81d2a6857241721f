import { describePolicy, numbersIn, policyHashOf } from '../../../scripts/policy/describe-policy.ts';
import { resolvePolicy, type PolicyDocument } from '../../../shared/domain/policy-document.ts';
import { presetNames } from '../../../shared/domain/policy-presets.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';

const sourceIn = (document: PolicyDocument, pointer: string): string | undefined =>
  numbersIn(resolvePolicy(document), document).find((number) => number.pointer === pointer)?.source;

const countNumbers = (value: unknown): number =>
  typeof value === 'number'
    ? 1
    : typeof value === 'object' && value !== null
      ? Object.values(value).reduce<number>((sum, member) => sum + countNumbers(member), 0)
      : 0;

describe('a policy that is shown', () => {
  it.each(presetNames)('has a unit and a source for every number of the preset %s', (preset) => {
    const policy = resolvePolicy({ extends: preset });

    const numbers = numbersIn(policy, { extends: preset });

    expect(numbers).toHaveLength(countNumbers(policy));
    expect(numbers.filter(({ unit, source }) => unit === '' || source === '')).toEqual([]);
  });

  it('says where a number comes from: the usual source, the preset, or the document', () => {
    const document: PolicyDocument = { extends: 'fido', gate: { budget: { pass: 0.002 }, delay: { after: 5 } } };

    expect(sourceIn(document, '/gate/budget/breach')).toContain('FIDO');
    expect(sourceIn(document, '/gate/budget/pass')).toBe('This document.');
    expect(sourceIn(document, '/gate/delay/after')).toContain('NIST');
    expect(sourceIn(document, '/gate/maxAliveTokens')).toContain('restarted app');
  });

  it('knows the numbers of a list that is longer than the usual one', () => {
    const abuse = [
      { weight: 0.5, mean: 0.7, concentration: 5 },
      { weight: 0.5, mean: 0.4, concentration: 5 },
    ];
    const document: PolicyDocument = { score: { ledgers: { recurrence: { abuse } } } };

    expect(sourceIn(document, '/score/ledgers/recurrence/abuse/1/mean')).toBe('This document.');
  });

  it('begins with what follows from the numbers', () => {
    const lines = describePolicy(resolvePolicy({ extends: 'strict' }), { extends: 'strict' });

    expect(lines.slice(0, 7)).toEqual([
      'policy     strict',
      expect.stringMatching(/^hash {7}[0-9a-f]{64}$/),
      'mode       enforce',
      'threshold  5.298317 nats',
      'budget     5 judged tries in 30 days of 24 hours',
      'breach     0.04901 is the chance that one of them passes; 0.05 is permitted',
      '',
    ]);
  });

  it('has one hash, however its members are ordered', () => {
    const { name, ...rest } = defaultPolicy;

    expect(policyHashOf({ ...rest, name })).toBe(policyHashOf(defaultPolicy));
    expect(policyHashOf({ ...defaultPolicy, mode: 'audit' })).not.toBe(policyHashOf(defaultPolicy));
  });
});

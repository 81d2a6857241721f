import { budgetOf, defaultPolicy, thresholdOf } from '../../../shared/domain/policy.ts';
import { type PolicyDocument, resolvePolicy } from '../../../shared/domain/policy-document.ts';
import { presetNames } from '../../../shared/domain/policy-presets.ts';
import { conflictsOf } from '../../../shared/domain/policy-rules.ts';
import { fc } from './support/fast-check.ts';

type Node = Record<string, unknown>;

const isObject = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any part of the value: each member is there or not, lists are whole. */
const partOf = (value: unknown): fc.Arbitrary<unknown> =>
  isObject(value)
    ? fc.record(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, partOf(member)])), {
        requiredKeys: [],
      })
    : fc.constant(value);

describe('a policy document', () => {
  it('changes nothing when all that it says is what the default says', () => {
    fc.assert(
      fc.property(partOf(defaultPolicy), fc.constantFrom({}, { extends: 'default' as const }), (part, head) => {
        expect(resolvePolicy({ ...head, ...(part as PolicyDocument) })).toEqual(defaultPolicy);
      }),
    );
  });

  it('is the policy when it is a whole one, whatever it is merged over', () => {
    const strict = resolvePolicy({ extends: 'strict' });

    expect(resolvePolicy(defaultPolicy, strict)).toEqual(defaultPolicy);
    expect(resolvePolicy({ extends: 'fido', ...strict })).toEqual(strict);
  });

  it('changes single numbers deep inside and leaves their neighbours alone', () => {
    const policy = resolvePolicy({ name: 'patient', gate: { delay: { after: 3 } } });

    expect(policy).toEqual({
      ...defaultPolicy,
      name: 'patient',
      gate: { ...defaultPolicy.gate, delay: { ...defaultPolicy.gate.delay, after: 3 } },
    });
  });

  it('takes lists whole, because their weights belong together', () => {
    const abuse = [{ weight: 1, mean: 0.5, concentration: 5 }];

    const { recurrence } = resolvePolicy({ score: { ledgers: { recurrence: { abuse } } } }).score.ledgers;

    expect(recurrence).toEqual({ honest: defaultPolicy.score.ledgers.recurrence.honest, abuse });
  });

  it('keeps the name of what it changes when it has none', () => {
    expect(resolvePolicy({ extends: 'strict', score: { alpha: 0.01 } }).name).toBe('strict');
  });

  it('stands on what it is given, unless it names a preset itself', () => {
    const active = resolvePolicy({ name: 'active', score: { alpha: 0.01 } });

    expect(resolvePolicy({ mode: 'audit' }, active)).toEqual({ ...active, mode: 'audit' });
    expect(resolvePolicy({ extends: 'default', mode: 'audit' }, active)).toEqual({ ...defaultPolicy, mode: 'audit' });
  });

  it('brings nothing into the policy that is not part of one', () => {
    const document: PolicyDocument = { $schema: './policy.schema.json', extends: 'default' };

    expect(Object.keys(resolvePolicy(document))).toEqual(Object.keys(defaultPolicy));
  });

  it('leaves the default as it is', () => {
    const before = structuredClone(defaultPolicy);

    resolvePolicy({ extends: 'fido', score: { alpha: 0.9 } });

    expect(defaultPolicy).toEqual(before);
  });
});

describe('the presets', () => {
  it.each([
    ['default', 22, 30],
    ['strict', 5, 30],
    ['fido', 17, 12.8],
  ] as const)('%s gives %d judged tries in %d days', (preset, tries, windowDays) => {
    const policy = resolvePolicy({ extends: preset });

    expect(policy.name).toBe(preset);
    expect(budgetOf(policy)).toBe(tries);
    expect(policy.gate.budget.windowDays).toBe(windowDays);
    expect(thresholdOf(policy)).toBe(thresholdOf(defaultPolicy));
  });

  it('makes the fourth try wait 30 s by the FIDO requirements, and doubles that', () => {
    const { delay } = resolvePolicy({ extends: 'fido' }).gate;

    expect(delay).toEqual({ ...defaultPolicy.gate.delay, after: 3, seconds: 30, factor: 2 });
  });

  it.each(presetNames)('%s has no numbers that do not go together', (preset) => {
    expect(conflictsOf(resolvePolicy({ extends: preset }))).toEqual([]);
  });
});

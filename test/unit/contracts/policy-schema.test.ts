import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import {
  type PolicyMistake,
  policyDocumentSchema,
  validatePolicyDocument,
} from '../../../shared/contracts/policy-schema.ts';
import { defaultPolicy, thresholdOf } from '../../../shared/domain/policy.ts';
import { resolvePolicy } from '../../../shared/domain/policy-document.ts';
import { presetNames } from '../../../shared/domain/policy-presets.ts';
import { fc } from '../domain/support/fast-check.ts';

const mistakesIn = (json: unknown): PolicyMistake[] => {
  const validation = validatePolicyDocument(json);
  return validation.kind === 'invalid' ? validation.mistakes : [];
};

const pathsIn = (json: unknown): string[] => mistakesIn(json).map(({ path }) => path);

const honestDays = [{ weight: 1, mean: 0.1, concentration: 5 }];

describe('the schema of a policy', () => {
  it('knows every member of a policy, and takes a whole one as its own document', () => {
    expect(policyDocumentSchema.parse(defaultPolicy)).toEqual(defaultPolicy);
    expect(validatePolicyDocument(defaultPolicy)).toEqual({
      kind: 'valid',
      policy: defaultPolicy,
      document: defaultPolicy,
    });
  });

  it.each(presetNames)('takes the preset %s, by name and written out', (preset) => {
    const policy = resolvePolicy({ extends: preset });

    expect(validatePolicyDocument({ extends: preset })).toMatchObject({ kind: 'valid', policy });
    expect(validatePolicyDocument(policy)).toMatchObject({ kind: 'valid', policy });
  });

  it('gives the author’s document beside the policy that it makes', () => {
    const document = { $schema: './policy.schema.json', extends: 'strict', score: { alpha: 0.01 } };

    expect(validatePolicyDocument(document)).toEqual({
      kind: 'valid',
      document,
      policy: resolvePolicy({ extends: 'strict', score: { alpha: 0.01 } }),
    });
  });

  it('takes any alpha between 0 and 1, and finds a threshold for it', () => {
    const alphas = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true });

    fc.assert(
      fc.property(alphas, (alpha) => {
        const validation = validatePolicyDocument({ score: { alpha } });

        expect(validation.kind === 'valid' && Number.isFinite(thresholdOf(validation.policy))).toBe(true);
      }),
      { examples: [[Number.MIN_VALUE], [1 - Number.EPSILON / 2], [0.5]] },
    );
  });

  it('takes a window of the budget that is no whole number of days', () => {
    expect(pathsIn({ gate: { budget: { windowDays: 12.8 } } })).toEqual([]);
    expect(pathsIn({ score: { windowDays: 12.8 } })).toEqual(['/score/windowDays']);
  });

  it.each([
    ['nothing', undefined, '', /^Is missing: must be an object with \$schema, extends, name, score/],
    ['a number', 4, '', /^Must be an object with .*, not 4\.$/],
    ['a list', [], '', /^Must be an object with .*, not a list\.$/],
    ['an unknown member', { colour: 1 }, '/colour', /^Is not known; known are \$schema, extends, name, score, channel/],
    ['a misspelt number', { gate: { delay: { afters: 3 } } }, '/gate/delay/afters', /known are after, seconds, factor/],
    ['a member with a slash', { 'a/b~c': 1 }, '/a~1b~0c', /^Is not known/],
    ['a prototype', JSON.parse('{"__proto__":{"mode":"audit"}}') as unknown, '/__proto__', /^Is not known/],
    ['another preset', { extends: 'lax' }, '/extends', /^Must be "default" or "strict" or "fido", not "lax"\.$/],
    ['another mode', { mode: null }, '/mode', /^Must be "enforce" or "audit", not null\.$/],
    ['an empty name', { name: '' }, '/name', /^Must be a text of 1 to 100 characters, not ""\.$/],
    ['text for a number', { score: { alpha: '0.1' } }, '/score/alpha', /^Must be a number .*, not "0\.1"\.$/],
    ['alpha 0', { score: { alpha: 0 } }, '/score/alpha', /^Must be a number that is over 0 and under 1, not 0\.$/],
    ['alpha 1', { score: { alpha: 1 } }, '/score/alpha', /, not 1\.$/],
    ['alpha below 0', { score: { alpha: -0.1 } }, '/score/alpha', /, not -0\.1\.$/],
    ['no number', { score: { alpha: NaN } }, '/score/alpha', /, not NaN\.$/],
    ['endless', JSON.parse('{"score":{"alpha":1e999}}') as unknown, '/score/alpha', /, not Infinity\.$/],
    [
      'half a day',
      { score: { windowDays: 0.5 } },
      '/score/windowDays',
      /^Must be a whole number from 1 to 60, not 0\.5/,
    ],
    [
      'a day too many',
      { score: { windowDays: 61 } },
      '/score/windowDays',
      /^Must be a whole number from 1 to 60, not 61/,
    ],
    [
      'a shrinking delay',
      { gate: { delay: { factor: 0.5 } } },
      '/gate/delay/factor',
      /at least 1 and at most 10, not 0\.5/,
    ],
    ['an object for a number', { pause: { hours: {} } }, '/pause/hours', /, not an object\.$/],
    ['no section', { pause: null }, '/pause', /^Must be an object with hours, not null\.$/],
  ])('refuses %s with a sentence', (_, json, path, message) => {
    expect(mistakesIn(json)).toEqual([{ path, message: expect.stringMatching(message) as string }]);
  });

  it.each([
    ['no list', 'all', '', 'Must be a list of 1 to 10 profiles, not "all".'],
    ['no profile', [], '', 'Must be a list of 1 to 10 profiles, not a list.'],
    ['weights below 1', [{ weight: 0.98, mean: 0.1, concentration: 5 }], '', 'The weights must add up to 1, not 0.98.'],
    [
      'half a profile',
      [{ weight: 1, mean: 0.1 }],
      '/0/concentration',
      /^Is missing: must be a number that is at least/,
    ],
    ['a weight of 0', [...honestDays, { ...honestDays[0], weight: 0 }], '/1/weight', /over 0 and at most 1, not 0\.$/],
  ])('refuses a side of a ledger with %s', (_, honest, below, message) => {
    expect(mistakesIn({ score: { ledgers: { recurrence: { honest } } } })).toEqual([
      {
        path: `/score/ledgers/recurrence/honest${below}`,
        message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
      },
    ]);
  });

  it('refuses shares that do not add up to 1, and takes sums that are off in their last digits only', () => {
    const mixOf = (technical: number) => ({
      score: {
        ledgers: {
          mix: {
            abuse: [{ weight: 1, means: { real: 0.1, spoof: 0.2, uncertain: 0.3, technical }, concentration: 8 }],
          },
        },
      },
    });

    expect(mistakesIn(mixOf(0.3))).toEqual([
      { path: '/score/ledgers/mix/abuse/0/means', message: 'The means must add up to 1, not 0.9.' },
    ]);
    expect(mistakesIn(mixOf(0.4))).toEqual([]);
  });

  it('finds every mistake, each with its path', () => {
    const document = { name: 7, score: { alpha: 2, window: 30 }, keep: { spoof: 0 }, extra: true, more: true };

    expect(pathsIn(document).sort()).toEqual([
      '/extra',
      '/keep/spoof',
      '/more',
      '/name',
      '/score/alpha',
      '/score/window',
    ]);
  });

  describe('finds what does not go together, in the number that the author wrote', () => {
    it.each([
      ['what is kept', { keep: { spoof: 21 } }, ['/keep/spoof']],
      ['the breach chance', { gate: { budget: { breach: 0.5 } } }, ['/gate/budget/breach', '/gate/budget/breach']],
      ['the chance of a pass', { gate: { budget: { pass: 0.001 } } }, ['/gate/budget/pass', '/gate/budget/pass']],
      ['both', { gate: { budget: { breach: 0.5 } }, keep: { spoof: 21 } }, ['/keep/spoof', '/gate/budget/breach']],
      ['the first delay', { gate: { delay: { seconds: 4000 } } }, ['/gate/delay/seconds']],
    ])('%s', (_, document, paths) => {
      expect(pathsIn(document)).toEqual(paths);
    });
  });

  it('names what is kept and what the budget gives', () => {
    expect(mistakesIn({ extends: 'strict', keep: { spoof: 9 } })).toMatchObject([
      {
        message:
          'keep.spoof is 9, but the budget gives 5 tries to each of two channels: what is forgotten cannot be counted.',
      },
    ]);
  });

  it('measures a document against the policy that it changes', () => {
    const active = resolvePolicy({ extends: 'strict', keep: { spoof: 10 } });
    const more = { gate: { budget: { breach: 0.2 } } };

    expect(validatePolicyDocument(more, active)).toMatchObject({
      kind: 'invalid',
      mistakes: [{ path: '/gate/budget/breach' }],
    });
    expect(validatePolicyDocument(more)).toMatchObject({ kind: 'valid' });
  });

  it('points at the document as a whole when the policy below does not go together by itself', () => {
    const broken = resolvePolicy({ keep: { spoof: 1 } });

    expect(validatePolicyDocument({ mode: 'audit' }, broken)).toMatchObject({
      kind: 'invalid',
      mistakes: [{ path: '' }],
    });
  });
});

describe('the published schema', () => {
  interface Node {
    type?: string;
    properties?: Record<string, Node>;
    items?: Node;
    required?: string[];
    [annotation: string]: unknown;
  }

  const numbersIn = (node: Node, path: string): [string, Node][] => [
    ...(node.type === 'number' || node.type === 'integer' ? [[path, node] as [string, Node]] : []),
    ...Object.entries(node.properties ?? {}).flatMap(([name, member]) => numbersIn(member, `${path}/${name}`)),
    ...(node.items === undefined ? [] : numbersIn(node.items, `${path}/*`)),
  ];

  const schema = z.toJSONSchema(policyDocumentSchema) as Node;

  it('says of every number its unit, its source, what it is, and its bounds', () => {
    const numbers = numbersIn(schema, '');
    const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
    const isBound = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= 1_000_000;

    const incomplete = numbers.filter(
      ([, node]) =>
        !isText(node['x-unit']) ||
        !isText(node['x-source']) ||
        !isText(node.description) ||
        !isBound(node.minimum ?? node.exclusiveMinimum) ||
        !isBound(node.maximum ?? node.exclusiveMaximum),
    );

    expect(incomplete).toEqual([]);
    expect(numbers.map(([path]) => path)).toEqual(
      expect.arrayContaining(['/score/alpha', '/score/ledgers/mix/honest/*/means/spoof', '/keep/links']),
    );
  });

  it('lets an author leave out anything', () => {
    expect(schema.required).toBeUndefined();
  });

  it('tells whole and partial documents from mistakes, as other tools read it', () => {
    const fits = new Ajv2020({ strict: false }).compile(schema);

    expect([defaultPolicy, {}, { extends: 'fido', score: { alpha: 0.01 } }].map((document) => fits(document))).toEqual([
      true,
      true,
      true,
    ]);
    expect([{ extra: 1 }, { score: { alpha: 0 } }, { score: null }].map((document) => fits(document))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

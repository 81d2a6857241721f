import { conformalThreshold } from '../../../scripts/calibrate/conformal-threshold.ts';
import { proposeAlpha } from '../../../scripts/calibrate/propose-alpha.ts';
import { validatePolicyDocument } from '../../../shared/contracts/policy-schema.ts';
import { thresholdOf } from '../../../shared/domain/policy.ts';
import { fc } from '../domain/support/fast-check.ts';
import { commandIn } from './support/command.ts';
import { makeTemporaryFolder } from './support/temporary-folder.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('a conformal threshold', () => {
  it.each([
    ['the highest of 999 at one in a thousand', 999, 0.001, 999.000001],
    ['the second highest of 1999', 1999, 0.001, 1998.000001],
    ['the ninth of ten at one in ten', 10, 0.1, 10.000001],
    ['the eighteenth of nineteen', 19, 0.1, 18.000001],
  ])('is just above %s', (_what, ids, rate, threshold) => {
    expect(conformalThreshold(upTo(ids), rate)).toEqual({ kind: 'found', threshold });
  });

  it('needs so many ids that the highest of them is crossed no more often than wanted', () => {
    expect(conformalThreshold(upTo(998), 0.001)).toEqual({ kind: 'too-few-ids', needed: 999 });
  });

  it('is crossed by the next id no more often than wanted', () => {
    // Of n + 1 ids each is as likely as any other to be the next one.
    const anyCase = fc.record({
      scores: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 20, maxLength: 60 }),
      rate: fc.constantFrom(0.05, 0.1, 0.2, 0.3),
    });
    fc.assert(
      fc.property(anyCase, ({ scores, rate }) => {
        const flagged = scores.filter((score, next) => {
          const found = conformalThreshold(scores.toSpliced(next, 1), rate);
          return found.kind === 'found' && score >= found.threshold;
        });

        expect(flagged.length).toBeLessThanOrEqual(rate * scores.length);
      }),
    );
  });
});

describe('a proposed alpha', () => {
  const withHighest = (highest: number): number[] => [...Array.from({ length: 98 }, () => 0), highest];

  it('gives the threshold that was found', () => {
    const proposal = proposeAlpha(withHighest(5), 0.01);

    if (proposal.kind !== 'proposed') throw new Error('there are enough ids');
    expect(proposal).toMatchObject({ conformalThreshold: 5.000001, threshold: 5.000001, guarantee: true });
    const validation = validatePolicyDocument({ score: { alpha: proposal.alpha } });
    expect(validation.kind === 'valid' && thresholdOf(validation.policy)).toBe(5.000001);
  });

  it.each([
    ['very high', 20, 0.0005],
    ['very low', 1, 0.02],
    ['absent', -Infinity, 0.02],
  ])('stays within its bounds when the scores are %s, and promises nothing then', (_what, highest, alpha) => {
    expect(proposeAlpha(withHighest(highest), 0.01)).toMatchObject({ alpha, guarantee: false });
  });
});

describe('npm run calibrate', () => {
  const folder = makeTemporaryFolder();
  afterAll(() => folder.remove());
  const calibrate = commandIn(folder.path, 'calibrate');

  const event = (correlationId: string, index: number, outcome: string, day = 1) => ({
    type: 'attempt',
    at: new Date(Date.UTC(2026, 2, day, 12, index)).toISOString(),
    customerId: 'contoso',
    correlationId,
    sessionId: `${correlationId}.${index}`,
    attemptId: 1,
    outcome,
  });
  /** Eight honest people, one of whom fails four times; one abuser; and one whose failures come after the thirty days. */
  const events = [
    ...upTo(8).map((person) => event(`person-${person}`, person, 'real')),
    ...upTo(4).map((index) => event('person-1', 20 + index, 'spoof')),
    ...upTo(20).map((index) => event('abuser', 30 + index, 'spoof')),
    event('late', 0, 'real'),
    ...upTo(20).map((index) => event('late', 30 + index, 'spoof', 31)),
  ];

  beforeAll(() => {
    folder.write('events.ndjson', events.map((line) => JSON.stringify(line)).join('\n'));
    folder.write('reviews.ndjson', '{"correlationId":"abuser","decision":"confirm","at":"2026-03-02T00:00:00Z"}\n');
  });
  const files = ['--input', 'events.ndjson', '--reviews', 'reviews.ndjson'];

  it('writes a policy that is valid, from the people who were not confirmed', async () => {
    const { code, stdout } = await calibrate(...files, '--rate', '0.1', '--output', 'policy.json');

    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Record<string, unknown>;
    // A pass and four spoofs of one day.
    expect(found).toMatchObject({ guarantee: true, ids: 9, confirmed: 1, rate: 0.1 });
    expect(found.threshold).toBe(found.conformalThreshold);
    const policy: unknown = JSON.parse(folder.read('policy.json'));
    expect(policy).toEqual(found.policy);
    expect(validatePolicyDocument(policy)).toMatchObject({ kind: 'valid', policy: { name: 'calibrated to 0.1' } });
  });

  it('says in the file when its bounds decided', async () => {
    const { stdout } = await calibrate(...files, '--rate', '0.5', '--output', 'bounded.json');

    expect(JSON.parse(stdout)).toMatchObject({ guarantee: false, conformalThreshold: null });
    expect(folder.read('bounded.json')).toContain('guarantee: false');
  });

  it('refuses with too few ids', async () => {
    const { code, stdout, stderr } = await calibrate(...files, '--rate', '0.001');

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('A rate of 0.001 needs at least 999 ids that were not confirmed; there are 9.\n');
  });

  it('does not take a rate that is none', async () => {
    const { code, stderr } = await calibrate(...files, '--rate', '1');

    expect(code).toBe(2);
    expect(stderr).toContain('--rate is a number between 0 and 1.');
  });
});

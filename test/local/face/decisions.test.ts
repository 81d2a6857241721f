import { type Decision, decide, noiselessDecisions, noisyDecisions } from '../../../local/face/decisions.ts';
import { makeDraws } from '../../../local/face/draws.ts';
import type { Presentation } from '../../../local/face/presentation.ts';
import { startFace } from '../../../local/face/start-face.ts';

const alice: Presentation = { person: 'alice', media: 'live', quality: 'good' };
const draws = makeDraws(7);

const thousandDecisions = (presentation: Presentation, seed = 7): Decision[] =>
  Array.from({ length: 1000 }, (_, number) => decide(presentation, noisyDecisions, makeDraws(seed), number, 1));

const share = (decisions: Decision[], livenessDecision: string): number =>
  decisions.filter((one) => one.kind === 'decided' && one.livenessDecision === livenessDecision).length / 1000;

it.each([
  { forced: { outcome: 'real' }, decision: { kind: 'decided', livenessDecision: 'realface' } },
  { forced: { outcome: 'spoof' }, decision: { kind: 'decided', livenessDecision: 'spoofface' } },
  { forced: { outcome: 'uncertain' }, decision: { kind: 'decided', livenessDecision: 'uncertain' } },
  { forced: { error: 'TimedOut' }, decision: { kind: 'failed', code: 'TimedOut' } },
] as const)('decides as forced: $forced', ({ forced, decision }) => {
  expect(decide({ ...alice, media: 'print', ...forced }, noisyDecisions, draws, 1, 1)).toEqual(decision);
});

it.each([
  ['live', 'realface'],
  ['print', 'spoofface'],
  ['screen', 'spoofface'],
  ['mask', 'spoofface'],
  ['injected', 'spoofface'],
] as const)('without noise takes %s always for %s', (media, livenessDecision) => {
  for (const quality of ['good', 'poor'] as const) {
    expect(decide({ ...alice, media, quality }, noiselessDecisions, draws, 1, 1)).toEqual({
      kind: 'decided',
      livenessDecision,
    });
  }
});

it('lets most honest people pass and few attacks, less surely on a poor picture', () => {
  const good = share(thousandDecisions(alice), 'realface');
  const poor = share(thousandDecisions({ ...alice, quality: 'poor' }), 'realface');
  const prints = share(thousandDecisions({ ...alice, media: 'print' }), 'realface');

  // Four standard deviations of a thousand draws around .895, .62 and .001.
  expect(Math.abs(good - 0.895)).toBeLessThan(0.039);
  expect(Math.abs(poor - 0.62)).toBeLessThan(0.062);
  expect(prints).toBeLessThan(0.005);
});

it('decides the same for the same seed, and otherwise for another', () => {
  const poor: Presentation = { ...alice, quality: 'poor' };

  expect(thousandDecisions(poor, 7)).toEqual(thousandDecisions(poor, 7));
  expect(thousandDecisions(poor, 8)).not.toEqual(thousandDecisions(poor, 7));
});

it('refuses chances that do not add up', async () => {
  const decisions = structuredClone(noiselessDecisions);
  decisions.print.poor.spoof = 0.5;

  await expect(startFace({ decisions })).rejects.toThrow('The decision chances of print (poor)');
});

it('refuses a seed that is no number', async () => {
  await expect(startFace({ seed: Number('luck') })).rejects.toThrow('The seed must be a whole number.');
});

import { type FaceAttempt, type JudgedOutcome, outcomeOf } from '../../../shared/domain/outcome.ts';

const succeeded = { status: 'Succeeded', withVerify: false, digest: 'D1' };
const withVerify = { ...succeeded, withVerify: true };

describe('outcomeOf', () => {
  it.each<[string, FaceAttempt, JudgedOutcome]>([
    ['a real face', { ...succeeded, livenessDecision: 'realface' }, { outcome: 'real' }],
    [
      'a real face of the right person',
      { ...withVerify, livenessDecision: 'realface', isIdentical: true },
      { outcome: 'real' },
    ],
    [
      'a real face of another person',
      { ...withVerify, livenessDecision: 'realface', isIdentical: false },
      { outcome: 'uncertain', reason: 'mismatch' },
    ],
    [
      'a real face that was not compared although it should have been',
      { ...withVerify, livenessDecision: 'realface' },
      { outcome: 'uncertain', reason: 'mismatch' },
    ],
    ['a spoof', { ...succeeded, livenessDecision: 'spoofface' }, { outcome: 'spoof' }],
    [
      'a spoof of the right person',
      { ...withVerify, livenessDecision: 'spoofface', isIdentical: true },
      { outcome: 'spoof' },
    ],
    ['an uncertain result', { ...succeeded, livenessDecision: 'uncertain' }, { outcome: 'uncertain' }],
    [
      'a decision that we do not know',
      { ...succeeded, livenessDecision: 'maskface' },
      { outcome: 'uncertain', unknownValue: 'maskface' },
    ],
    [
      'a status that we do not know',
      { status: 'Skipped', withVerify: false },
      { outcome: 'uncertain', unknownValue: 'Skipped' },
    ],
    [
      'an error',
      { status: 'Failed', withVerify: false, errorCode: 'FaceWithMaskDetected' },
      { outcome: 'technical', errorCode: 'FaceWithMaskDetected' },
    ],
    ['a failure without an error', { status: 'Failed', withVerify: true }, { outcome: 'technical' }],
    ['a cancelled attempt', { status: 'Canceled', withVerify: false }, { outcome: 'technical' }],
    [
      'a pass whose digest the client reports differently',
      { ...succeeded, livenessDecision: 'realface', clientDigest: 'D2' },
      { outcome: 'spoof', reason: 'integrity' },
    ],
    [
      'a pass whose digest the client reports as it is',
      { ...succeeded, livenessDecision: 'realface', clientDigest: 'D1' },
      { outcome: 'real' },
    ],
  ])('reads %s', (_, attempt, expected) => {
    expect(outcomeOf(attempt)).toEqual(expected);
  });

  it('never takes for a pass what is not clearly one', () => {
    for (const livenessDecision of ['RealFace', 'real', 'realface ', '']) {
      expect(outcomeOf({ ...succeeded, livenessDecision }).outcome).toBe('uncertain');
    }
  });
});

import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import { scoreOf } from '../../../../shared/domain/score.ts';
import { aState, attemptsOn, times } from '../support/histories.ts';
import { everyOccasion, occasionsOf, ownPhone, reasonsOn, verdictsOn, withThreshold } from '../support/judging.ts';

const stranger = (spoofs: number) => aState([...ownPhone, ...attemptsOn(0, times(spoofs, 'spoof'), 'tablet')]);

describe('an unfamiliar device', () => {
  it('is flagged at the fifth spoof, which the two looks cost ln 2, and not at the fourth', () => {
    expect(verdictsOn(stranger(5))).toMatchObject([{ kind: 'flagged', pattern: 'unfamiliar-device', scope: 'device' }]);
    expect(verdictsOn(stranger(4))).toEqual([]);
  });

  it('is found when the score is at the threshold, and not a millionth below', () => {
    const score = scoreOf(stranger(4), defaultPolicy)?.score ?? NaN;

    expect(verdictsOn(stranger(4), { policy: withThreshold(score) })).toMatchObject([
      { pattern: 'unfamiliar-device', statistic: 4.867547, limit: 4.867547 },
    ]);
    expect(verdictsOn(stranger(4), { policy: withThreshold(score + 1e-6) })).toEqual([]);
  });

  it('is looked for whenever somebody looks', () => {
    expect(occasionsOf(stranger(5))).toEqual(everyOccasion);
  });

  it('may also be one that did not say which it is', () => {
    expect(verdictsOn(aState([...ownPhone, ...attemptsOn(0, times(5, 'spoof'))]))).toMatchObject([
      { pattern: 'unfamiliar-device', scope: 'device' },
    ]);
  });

  it('is only paused without a spoof label', () => {
    expect(verdictsOn(aState([...ownPhone, ...attemptsOn(0, times(12, 'uncertain'), 'tablet')]))).toMatchObject([
      { kind: 'paused', pattern: 'unfamiliar-device', scope: 'device' },
    ]);
  });

  it('is told in one sentence', () => {
    expect(reasonsOn(stranger(5))).toEqual([
      'failures come from a device this user has not passed on; the usual devices are clean',
    ]);
  });
});

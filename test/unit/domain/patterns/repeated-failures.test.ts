import type { Outcome } from '../../../../shared/domain/events.ts';
import { scoreOf } from '../../../../shared/domain/score.ts';
import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import { aState, attemptsOn, noonOf, times } from '../support/histories.ts';
import { everyOccasion, occasionsOf, ownPhone, reasonsOn, verdictsOn, withThreshold } from '../support/judging.ts';

const fourSpoofs = aState(attemptsOn(0, times(4, 'spoof')));

describe('repeated failures', () => {
  it('are found when the score is at the threshold, and not a millionth below', () => {
    const score = scoreOf(fourSpoofs, defaultPolicy)?.score ?? NaN;

    expect(verdictsOn(fourSpoofs, { policy: withThreshold(score) })).toMatchObject([
      { kind: 'flagged', pattern: 'repeated-failures', statistic: score, limit: score },
    ]);
    expect(verdictsOn(fourSpoofs, { policy: withThreshold(score + 1e-6) })).toEqual([]);
  });

  it('are looked for whenever somebody looks', () => {
    expect(occasionsOf(fourSpoofs)).toEqual(everyOccasion);
  });

  it('pause an id without a spoof label', () => {
    expect(verdictsOn(aState(attemptsOn(0, times(10, 'uncertain'))))).toMatchObject([
      { kind: 'paused', pattern: 'repeated-failures', scope: 'correlation' },
    ]);
  });

  it('concern the id when the owner is not clean, and tell of the device that tells more', () => {
    const ownSpoofs = attemptsOn(-1, ['spoof', 'spoof'], 'phone');
    const state = aState([...ownPhone, ...ownSpoofs, ...attemptsOn(0, times(6, 'spoof'), 'tablet')]);

    expect(verdictsOn(state)).toMatchObject([{ pattern: 'repeated-failures', scope: 'correlation' }]);
    expect(reasonsOn(state)).toContain('6 spoof and 0 uncertain results against 0 days with a pass');
  });

  it.each<[string, string[], Outcome[][]]>([
    [
      'four spoofs in one day',
      ['4 spoof and 0 uncertain results against 0 days with a pass', '4 failed checks within one day'],
      [['spoof', 'spoof', 'spoof', 'spoof']],
    ],
    [
      'a spoof after the pass on each of three days',
      ['spoof results on 3 of 3 active days', "3 times a spoof result followed the person's own pass on the same day"],
      [
        ['real', 'spoof'],
        ['real', 'spoof'],
        ['real', 'spoof'],
      ],
    ],
    [
      'poor pictures',
      [
        '0 spoof and 10 uncertain results against 0 days with a pass',
        '20 failed checks within one day',
        '20 uncertain or technical results in 20 sessions',
      ],
      [[...times<Outcome>(10, 'uncertain'), ...times<Outcome>(10, 'technical')]],
    ],
  ])('give a sentence for each telling ledger of %s', (_, sentences, days) => {
    const state = aState(days.flatMap((outcomes, day) => attemptsOn(day, outcomes)));

    expect(reasonsOn(state, { atMs: noonOf(3) })).toEqual(sentences);
  });

  it('give the sentence of the largest ledger when a lenient threshold is crossed by less', () => {
    const state = aState(attemptsOn(0, ['spoof']));

    expect(reasonsOn(state, { policy: withThreshold(1.6) })).toEqual(['spoof results on 1 of 1 active days']);
  });
});

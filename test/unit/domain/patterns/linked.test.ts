import type { History } from '../../../../shared/domain/history.ts';
import type { JudgedState } from '../../../../shared/domain/judged-state.ts';
import type { LinkedCounts } from '../../../../shared/domain/link.ts';
import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import { scoreOf } from '../../../../shared/domain/score.ts';
import { aState, attemptsOn, historyOf, otherId, times } from '../support/histories.ts';
import { everyOccasion, occasionsOf, reasonsOn, verdictsOn, withThreshold } from '../support/judging.ts';

const linkedDevice: LinkedCounts = {
  passDays: 0,
  spoofs: 3,
  uncertainSessions: 1,
  technicalSessions: 0,
  otherIds: 2,
};
const lineage: History = historyOf([
  ...attemptsOn(-2, times(2, 'spoof'), otherId(1)),
  ...attemptsOn(-1, times(3, 'spoof'), otherId(2)),
]);

const links: [string, string, Partial<JudgedState>, string][] = [
  [
    'other ids on the device',
    'linked-device',
    { linkedDevice },
    '2 other ids on this device had 3 spoof results in 30 days',
  ],
  [
    'predecessors of the end user',
    'linked-lineage',
    { lineage },
    '2 earlier ids of this end user had 5 spoof results in 30 days',
  ],
];

describe.each(links)('a link to %s', (_, pattern, link, sentence) => {
  const oneSpoof = aState(attemptsOn(0, ['spoof']), link);

  it('is found when only with it the score is at the threshold, and not a millionth below', () => {
    const { score = NaN, beforeLink } = scoreOf(oneSpoof, defaultPolicy) ?? {};

    expect(beforeLink).toBe(1.975101);
    expect(verdictsOn(oneSpoof, { policy: withThreshold(score) })).toMatchObject([
      { kind: 'flagged', pattern, scope: 'correlation', statistic: score, limit: score },
    ]);
    expect(verdictsOn(oneSpoof, { policy: withThreshold(score + 1e-6) })).toEqual([]);
  });

  it('gives no name to what crosses without it', () => {
    expect(verdictsOn(oneSpoof, { policy: withThreshold(1.975101) })).toMatchObject([{ pattern: 'repeated-failures' }]);
    expect(verdictsOn(oneSpoof, { policy: withThreshold(1.975102) })).toMatchObject([{ pattern }]);
  });

  it('is looked for whenever somebody looks', () => {
    expect(occasionsOf(oneSpoof)).toEqual(everyOccasion);
  });

  it('neither flags nor pauses an id without a spoof of its own', () => {
    expect(verdictsOn(aState(attemptsOn(0, times(6, 'uncertain')), link))).toEqual([]);
  });

  it('is told by the numbers of the others', () => {
    expect(reasonsOn(oneSpoof)).toEqual([sentence]);
  });
});

it('of two links the stronger one gives the name', () => {
  const weak = { ...linkedDevice, spoofs: 1, uncertainSessions: 0 };
  const state = aState(attemptsOn(0, ['spoof']), { linkedDevice: weak, lineage });

  expect(verdictsOn(state)).toMatchObject([{ pattern: 'linked-lineage' }]);
});

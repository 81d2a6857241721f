import { type History, withFaceLink } from '../../../../shared/domain/history.ts';
import type { JudgedState } from '../../../../shared/domain/judged-state.ts';
import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import { aState, attemptsOn, dayMs, historyOf, noonOf, otherId } from '../support/histories.ts';
import { occasionsOf, ownPhone, reasonsOn, verdictsOn } from '../support/judging.ts';

/** The same face was seen under so many other ids, one after the other from noon on. */
const seenUnder = (others: number, history: History = historyOf([])): JudgedState =>
  aState([], {
    history: Array.from({ length: others }, (_, index) => index).reduce(
      (known, index) =>
        withFaceLink(known, { correlationId: otherId(index), atMs: noonOf(0) + index }, defaultPolicy.keep),
      history,
    ),
  });

const byTimer = { occasion: 'timer' } as const;

describe('a reused face', () => {
  it('is one that was seen under two other ids, and flags without a spoof label', () => {
    expect(verdictsOn(seenUnder(2), byTimer)).toMatchObject([
      { kind: 'flagged', pattern: 'face-reuse', scope: 'correlation', statistic: 2, limit: 2 },
    ]);
    expect(verdictsOn(seenUnder(1), byTimer)).toEqual([]);
  });

  it('is not two matches with one other id', () => {
    const again = withFaceLink(
      seenUnder(1).history,
      { correlationId: otherId(0), atMs: noonOf(0) + 60_000 },
      defaultPolicy.keep,
    );

    expect(verdictsOn(aState([], { history: again }), byTimer)).toEqual([]);
  });

  it('is looked for by the timer', () => {
    expect(occasionsOf(seenUnder(2))).toEqual(['timer']);
  });

  it('counts what is known now, of the 30 days that end now', () => {
    const at = (atMs: number) => verdictsOn(seenUnder(2), { ...byTimer, atMs });

    expect(at(noonOf(0))).toEqual([]);
    expect(at(noonOf(0) + 1)).toHaveLength(1);
    expect(at(noonOf(0) + 30 * dayMs - 1)).toHaveLength(1);
    expect(at(noonOf(0) + 30 * dayMs)).toEqual([]);
  });

  it('leaves the clean owner alone while a stranger fails elsewhere', () => {
    const history = historyOf([...ownPhone, ...attemptsOn(0, ['uncertain'], 'tablet')]);

    expect(verdictsOn(seenUnder(2, history), byTimer)).toMatchObject([{ pattern: 'face-reuse', scope: 'device' }]);
  });

  it('is told by the number of other ids', () => {
    expect(reasonsOn(seenUnder(3), byTimer)).toEqual(['the same face was seen under 3 other identifiers']);
  });
});

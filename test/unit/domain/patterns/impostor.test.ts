import type { LivenessEvent } from '../../../../shared/domain/events.ts';
import { anAttempt, aState, attemptsOn, minuteMs, noonOf, times } from '../support/histories.ts';
import { everyOccasion, occasionsOf, ownPhone, reasonsOn, verdictsOn, withThreshold } from '../support/judging.ts';

const mismatches = (count: number, deviceKey?: string): LivenessEvent[] =>
  times(count, undefined).map((_, index) =>
    anAttempt({
      atMs: noonOf(0) + index * minuteMs,
      outcome: 'uncertain',
      reason: 'mismatch',
      ...(deviceKey !== undefined && { deviceKey }),
    }),
  );

/** So high that the score alone finds nobody. */
const countingOnly = withThreshold(600);

describe('an impostor', () => {
  it('is found at ten judged failures, and flagged without a spoof label', () => {
    expect(verdictsOn(aState(mismatches(10)), { policy: countingOnly })).toMatchObject([
      { kind: 'flagged', pattern: 'impostor', statistic: 10, limit: 10 },
    ]);
    expect(verdictsOn(aState(mismatches(9)), { policy: countingOnly })).toEqual([]);
  });

  it('is found earlier when the score crosses', () => {
    expect(verdictsOn(aState([...mismatches(4), ...attemptsOn(0, times(4, 'spoof'))]))).toMatchObject([
      { kind: 'flagged', pattern: 'impostor', limit: 5.298317 },
    ]);
  });

  it('needs half of the failures to be mismatches', () => {
    const others = attemptsOn(0, times(10, 'technical'));

    expect(verdictsOn(aState([...mismatches(10), ...others]), { policy: countingOnly })).toMatchObject([
      { pattern: 'impostor' },
    ]);
    expect(
      verdictsOn(aState([...mismatches(10), ...others, ...attemptsOn(0, ['technical'])]), { policy: countingOnly }),
    ).toEqual([]);
  });

  it('is looked for whenever somebody looks', () => {
    expect(occasionsOf(aState(mismatches(10)))).toEqual(everyOccasion);
  });

  it('is not hidden by passes', () => {
    const passes = Array.from({ length: 29 }, (_, day) => attemptsOn(day - 29, ['real'])).flat();
    const spread = mismatches(10).map((event, index) => ({ ...event, atMs: noonOf(-9 + index) + minuteMs }));

    expect(verdictsOn(aState([...passes, ...spread]))).toMatchObject([{ pattern: 'impostor', statistic: 10 }]);
    expect(verdictsOn(aState([...passes, ...spread.slice(1)]))).toEqual([]);
  });

  it('on an unfamiliar device leaves the clean owner alone', () => {
    expect(verdictsOn(aState([...ownPhone, ...mismatches(10, 'tablet')]))).toMatchObject([
      { pattern: 'impostor', scope: 'device' },
    ]);
  });

  it('is told by the number of mismatches', () => {
    expect(reasonsOn(aState([...mismatches(11), ...attemptsOn(0, ['spoof'])]))).toEqual([
      '11 times a live face that does not match the reference image',
    ]);
  });
});

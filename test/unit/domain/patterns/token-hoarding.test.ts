import type { LivenessEvent, Outcome } from '../../../../shared/domain/events.ts';
import {
  anAbandonedToken,
  anAttempt,
  aState,
  attemptsOn,
  dayMs,
  hourMs,
  minuteMs,
  noonOf,
  times,
} from '../support/histories.ts';
import { occasionsOf, ownPhone, reasonsOn, verdictsOn } from '../support/judging.ts';

const unusedTokens = (count: number, deviceKey?: string): LivenessEvent[] =>
  times(count, undefined).map((_, index) => ({
    ...anAbandonedToken(noonOf(0) + index * minuteMs),
    ...(deviceKey !== undefined && { deviceKey }),
  }));

const byTimer = { occasion: 'timer' } as const;

describe('token hoarding', () => {
  it('is twelve unused tokens, and pauses without a spoof label', () => {
    expect(verdictsOn(aState(unusedTokens(12)), byTimer)).toMatchObject([
      { kind: 'paused', pattern: 'token-hoarding', scope: 'correlation', statistic: 12, limit: 12 },
    ]);
    expect(verdictsOn(aState(unusedTokens(11)), byTimer)).toEqual([]);
    expect(verdictsOn(aState([...unusedTokens(12), ...attemptsOn(0, ['spoof'])]), byTimer)).toMatchObject([
      { kind: 'flagged', pattern: 'token-hoarding' },
    ]);
  });

  it('is looked for by the timer', () => {
    expect(occasionsOf(aState(unusedTokens(12)))).toEqual(['timer']);
  });

  it('counts the 24 hours that end now', () => {
    const state = aState(unusedTokens(12));
    const at = (atMs: number) => verdictsOn(state, { ...byTimer, atMs });

    expect(at(noonOf(0) + 11 * minuteMs)).toHaveLength(1);
    expect(at(noonOf(0) + 11 * minuteMs - 1)).toEqual([]);
    expect(at(noonOf(0) + dayMs - 1)).toHaveLength(1);
    expect(at(noonOf(0) + dayMs)).toEqual([]);
  });

  it.each<Outcome>(['real', 'spoof', 'uncertain', 'technical'])(
    'does not call a token unused when an attempt came after all: %s',
    (outcome) => {
      const tokens = unusedTokens(12);
      const attempt = anAttempt({ sessionId: tokens[0]?.sessionId ?? '', atMs: noonOf(0) + 40 * minuteMs, outcome });
      const earlierPass = anAttempt({ outcome: 'real' });

      expect(verdictsOn(aState([...tokens, earlierPass, attempt]), byTimer)).toEqual([]);
    },
  );

  it('pauses again only for tokens that are newer than the pause', () => {
    const [pause] = verdictsOn(aState(unusedTokens(12)), byTimer);
    if (pause === undefined) throw new Error('twelve tokens pause');
    const later = unusedTokens(11).map((event) => ({ ...event, atMs: event.atMs + 24 * hourMs }));
    const afterPause = { ...byTimer, atMs: noonOf(1) + hourMs + minuteMs };
    const oneMore = anAbandonedToken(noonOf(1) + hourMs);
    const verdicts = [pause];

    expect(verdictsOn(aState([...unusedTokens(12), ...later], { verdicts }), afterPause)).toEqual([]);
    expect(verdictsOn(aState([...unusedTokens(12), ...later, oneMore], { verdicts }), afterPause)).toMatchObject([
      { kind: 'paused', statistic: 12 },
    ]);
  });

  it("of a stranger leaves the clean owner alone, but not of the owner's own phone", () => {
    expect(verdictsOn(aState([...ownPhone, ...unusedTokens(12, 'tablet')]), byTimer)).toMatchObject([
      { scope: 'device' },
    ]);
    expect(verdictsOn(aState([...ownPhone, ...unusedTokens(12, 'phone')]), byTimer)).toMatchObject([
      { scope: 'correlation' },
    ]);
  });

  it('of a stranger concerns the id when the owner is not clean', () => {
    const ownSpoofs = attemptsOn(-1, ['spoof', 'spoof', 'spoof'], 'phone');
    const verdicts = verdictsOn(aState([...ownPhone, ...ownSpoofs, ...unusedTokens(12, 'tablet')]), byTimer);

    expect(verdicts).toMatchObject([{ pattern: 'token-hoarding', scope: 'correlation' }]);
  });

  it('is told by the number of tokens', () => {
    expect(reasonsOn(aState(unusedTokens(13)), byTimer)).toEqual(['13 tokens asked for and never used within 24 h']);
  });
});

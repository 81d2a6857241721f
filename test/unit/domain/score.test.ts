import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { emptyHistory } from '../../../shared/domain/history.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { type Score, scoreOf } from '../../../shared/domain/score.ts';
import { anyAttempt } from './support/arbitraries.ts';
import { fc } from './support/fast-check.ts';
import {
  anAbandonedToken,
  anAttempt,
  attemptsOn,
  dayMs,
  historyOf,
  noonOf,
  sessionOn,
  times,
} from './support/histories.ts';

const scored = (events: readonly LivenessEvent[], policy: Policy = defaultPolicy): Score => {
  const score = scoreOf(historyOf(events), policy);
  if (score === undefined) throw new Error('a history with failures has a score');
  return score;
};

describe('scoreOf', () => {
  it.each([
    ['one spoof', attemptsOn(0, ['spoof']), [2.626199, 1.069726, 2.877315, -0.626402, 0], 1.975101],
    [
      '3 spoofs, 3 sessions, one day',
      attemptsOn(0, times(3, 'spoof' as const)),
      [5.520903, 4.823586, 2.877315, 1.050466, 0],
      4.371715,
    ],
    [
      '4 spoofs, 4 sessions, one day',
      attemptsOn(0, times(4, 'spoof' as const)),
      [6.608328, 6.28148, 2.877315, 1.691718, 0],
      5.560695,
    ],
    [
      'a pass on each of 3 days, 5 spoofs on the fourth',
      [...[0, 1, 2].flatMap((day) => attemptsOn(day, ['real'])), ...attemptsOn(3, times(5, 'spoof' as const))],
      [4.104268, 6.266962, -0.007754, 0.890194, -2.036715],
      4.772431,
    ],
    [
      '10 technical, 10 sessions, one day',
      attemptsOn(0, times(10, 'technical' as const)),
      [2.509186, 0.337106, -1.163776, 3.380568, 0],
      2.183701,
    ],
    [
      '6 uncertain, 6 sessions, one day',
      attemptsOn(0, times(6, 'uncertain' as const)),
      [4.676203, 2.172223, -1.163776, 4.520494, 0],
      3.734487,
    ],
    [
      'pass then spoof, same day, on each of 3 days',
      [0, 1, 2].flatMap((day) => attemptsOn(day, ['real', 'spoof'])),
      [2.751788, 1.069726, 6.050867, -0.626402, 6.846056],
      5.623127,
    ],
    [
      'one spoof on each of 5 days, no pass',
      [0, 1, 2, 3, 4].flatMap((day) => attemptsOn(day, ['spoof'])),
      [7.553988, 1.069726, 8.068198, -0.626402, 0],
      6.928368,
    ],
    [
      'one session with three technical attempts',
      sessionOn(0, times(3, 'technical' as const)),
      [0.52818, -1.022606, -1.163776, 0.607418, 0],
      0.039892,
    ],
    [
      'one session: uncertain, technical, spoof',
      sessionOn(0, ['uncertain', 'technical', 'spoof']),
      [3.820462, 1.790877, 2.877315, 1.572694, 0],
      2.710795,
    ],
    [
      'spoof, a pass one minute later',
      [anAttempt(), anAttempt({ atMs: noonOf(0) + 60_000, outcome: 'real' })],
      [1.437258, 1.069726, 2.877315, -0.626402, -0.900161],
      1.642146,
    ],
    [
      'pass, a spoof one minute later',
      [anAttempt({ outcome: 'real' }), anAttempt({ atMs: noonOf(0) + 60_000 })],
      [1.437258, 1.069726, 2.877315, -0.626402, 3.624341],
      2.532501,
    ],
    [
      'a spoof on day 0 and on day 29',
      [...attemptsOn(0, ['spoof']), ...attemptsOn(29, ['spoof'])],
      [4.235667, 1.069726, 4.688207, -0.626402, 0],
      3.59575,
    ],
    [
      'a spoof on day 0 and on day 30',
      [...attemptsOn(0, ['spoof']), ...attemptsOn(30, ['spoof'])],
      [2.626199, 1.069726, 2.877315, -0.626402, 0],
      1.975101,
    ],
    [
      '5 passes on two devices and 2 later spoofs in one day',
      [
        ...attemptsOn(0, times(3, 'real' as const), 'phone'),
        ...attemptsOn(0, times(2, 'real' as const), 'tablet'),
        ...attemptsOn(0, times(2, 'spoof' as const), 'phone').map((spoof) => ({
          ...spoof,
          atMs: spoof.atMs + 600_000,
        })),
      ],
      [2.769167, 3.149771, 2.877315, 0.285784, 3.624341],
      2.95359,
    ],
  ])('gives the reference values for %s', (_, events, [mix, burst, recurrence, quality, afterPass], expected) => {
    const { ledgers, score } = scored(events);

    // Both sides are rounded to a millionth, so they are equal and not merely close.
    expect(ledgers).toEqual({ mix, burst, recurrence, quality, afterPass });
    expect(score).toBe(expected);
  });

  it('crosses with four spoofs in four sessions, and not with three', () => {
    expect(scored(attemptsOn(0, times(4, 'spoof')))).toMatchObject({
      score: 5.560695,
      threshold: 5.298317,
      crossed: true,
    });
    expect(scored(attemptsOn(0, times(3, 'spoof')))).toMatchObject({ threshold: 5.298317, crossed: false });
  });

  it('needs seven spoofs in one day after 29 spotless days', () => {
    const spotless = Array.from({ length: 29 }, (_, day) => attemptsOn(day, ['real'])).flat();

    expect(scored([...spotless, ...attemptsOn(29, times(6, 'spoof'))]).crossed).toBe(false);
    expect(scored([...spotless, ...attemptsOn(29, times(7, 'spoof'))]).crossed).toBe(true);
  });

  it('crosses at the threshold itself', () => {
    const events = attemptsOn(0, times(3, 'spoof'));
    const { score } = scored(events);
    const policy = { ...defaultPolicy, score: { ...defaultPolicy.score, alpha: Math.exp(-score) } };

    expect(scored(events, policy)).toMatchObject({ threshold: score, crossed: true });
  });

  it('gives no score without failures that count', () => {
    expect(scoreOf(emptyHistory, defaultPolicy)).toBeUndefined();
    expect(scoreOf(historyOf(attemptsOn(0, ['real', 'real'])), defaultPolicy)).toBeUndefined();
    expect(scoreOf(historyOf([anAbandonedToken(noonOf(0))]), defaultPolicy)).toBeUndefined();
    expect(
      scoreOf(historyOf([...attemptsOn(0, ['spoof']), ...attemptsOn(30, ['real'])]), defaultPolicy),
    ).toBeUndefined();
  });

  it('counts the integers that the ledgers read', () => {
    const { counts } = scored([
      ...sessionOn(0, ['uncertain', 'technical', 'uncertain']),
      ...attemptsOn(1, ['real', 'spoof', 'real']),
      ...attemptsOn(2, ['spoof', 'technical', 'real']),
      anAttempt({ atMs: noonOf(3), outcome: 'uncertain', reason: 'mismatch' }),
    ]);

    expect(counts).toEqual({
      spoofs: 2,
      uncertainSessions: 2,
      technicalSessions: 2,
      passDays: 2,
      activeDays: 4,
      spoofDays: 2,
      spoofAfterPassDays: 1,
      failures: 7,
      judgedFailures: 5,
      mismatches: 1,
      qualityFailures: 5,
      qualitySessions: 3,
      busiestDayFailures: 2,
    });
  });

  it('does not take a spoof at the very moment of the pass for one after it', () => {
    const { counts } = scored([anAttempt({ outcome: 'real' }), anAttempt()]);

    expect(counts.spoofAfterPassDays).toBe(0);
  });
});

describe('the laws of the score', () => {
  const days = 30;
  const history = fc.array(anyAttempt(days), { minLength: 1, maxLength: 25 });
  const LN_2 = Math.log(2);
  const ROUNDING = 1.5e-6;
  const dayNumber = ({ atMs }: { atMs: number }): number => Math.floor(atMs / dayMs);

  it('is not changed by a pass on a day that has an earlier pass', () => {
    fc.assert(
      fc.property(history, anyAttempt(days, fc.constant('real')), fc.nat({ max: 60_000 }), (events, pass, laterMs) => {
        const before = historyOf([...events, pass]);
        const later = { ...pass, sessionId: `${pass.sessionId}x`, atMs: pass.atMs + laterMs, deviceKey: 'another' };

        expect(scoreOf(historyOf([later], before), defaultPolicy)).toEqual(scoreOf(before, defaultPolicy));
      }),
      { numRuns: 300 },
    );
  });

  it('loses at most ln 30 of burst and quality to passes on other days', () => {
    fc.assert(
      fc.property(fc.array(anyAttempt(1), { minLength: 1, maxLength: 20 }), fc.nat({ max: 28 }), (events, passDays) => {
        const alone = scoreOf(historyOf(events), defaultPolicy);
        const passes = Array.from({ length: passDays }, (_, day) => attemptsOn(-1 - day, ['real'])).flat();
        const washed = scoreOf(historyOf([...passes, ...events]), defaultPolicy);

        for (const ledger of ['burst', 'quality'] as const) {
          const lost = (alone?.ledgers[ledger] ?? 0) - (washed?.ledgers[ledger] ?? 0);
          expect(lost).toBeLessThanOrEqual(Math.log(30) + ROUNDING);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is hardly lowered by one more spoof, and not at all on a day that is active already', () => {
    fc.assert(
      fc.property(history, anyAttempt(days, fc.constant('spoof')), (events, spoof) => {
        const before = scoreOf(historyOf(events), defaultPolicy);
        const latestDay = Math.max(...events.map(dayNumber));
        fc.pre(before !== undefined && dayNumber(spoof) <= latestDay);

        const after = scored([...events, spoof]);
        const activeAlready = events.some((event) => dayNumber(event) === dayNumber(spoof));
        expect(after.score - before.score).toBeGreaterThanOrEqual(-(activeAlready ? 0 : LN_2) - ROUNDING);
        for (const ledger of ['mix', 'recurrence', 'afterPass'] as const) {
          expect(after.ledgers[ledger] - before.ledgers[ledger]).toBeGreaterThanOrEqual(-ROUNDING);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is not touched by what happened 30 or more days before the latest attempt', () => {
    fc.assert(
      fc.property(history, history, (events, old) => {
        const latestDay = Math.max(...events.map(dayNumber));
        const longAgo = old.map((event) => ({ ...event, atMs: event.atMs - 2 * days * dayMs }));
        const atTheEdge = anAttempt({ atMs: (latestDay - 29) * dayMs - 1 });

        expect(scoreOf(historyOf([...longAgo, atTheEdge, ...events]), defaultPolicy)).toEqual(
          scoreOf(historyOf(events), defaultPolicy),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is finite for every history', () => {
    fc.assert(
      fc.property(fc.array(anyAttempt(45), { minLength: 1, maxLength: 300 }), (events) => {
        const score = scoreOf(historyOf(events), defaultPolicy);

        fc.pre(score !== undefined);
        expect([score.score, ...Object.values<number>({ ...score.ledgers })].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

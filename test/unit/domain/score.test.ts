import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { linkedDeviceOf } from '../../../shared/domain/judged-state.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { type Score, scoreOf } from '../../../shared/domain/score.ts';
import {
  anAbandonedToken,
  anAttempt,
  aState,
  attemptsOn,
  noonOf,
  otherId,
  deviceHistoryOf,
  sessionOn,
  times,
} from './support/histories.ts';

const scored = (events: readonly LivenessEvent[], policy: Policy = defaultPolicy): Score => {
  const score = scoreOf(aState(events), policy);
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
    const { ledgers, beforeLink, score, scope } = scored(events);

    // Both sides are rounded to a millionth, so they are equal and not merely close.
    expect(ledgers).toEqual({ mix, burst, recurrence, quality, afterPass });
    expect({ beforeLink, score, scope }).toEqual({ beforeLink: expected, score: expected, scope: 'correlation' });
  });

  it('gives the reference values for passes on one device and four spoofs on another', () => {
    const ownPhone = [0, 1].flatMap((day) => attemptsOn(day, ['real'], 'phone'));
    const fourElsewhere = attemptsOn(4, times(4, 'spoof'), 'tablet');
    const notFamiliarYet = { ...defaultPolicy.channel, familiarAfterHours: 24 * 30 };

    expect(scored([...ownPhone, ...fourElsewhere])).toMatchObject({
      ledgers: { mix: 6.608328, burst: 6.28148, recurrence: 2.877315, quality: 1.691718, afterPass: 0 },
      beforeLink: 4.867547,
      score: 4.867547,
      scope: 'device',
    });
    expect(scored([...ownPhone, ...fourElsewhere], { ...defaultPolicy, channel: notFamiliarYet }).score).toBe(3.843102);
  });

  describe('with other ids on the device', () => {
    const threeSpoofs = attemptsOn(0, times(3, 'spoof')).map((event) => ({ ...event, correlationId: otherId(1) }));
    const passesOf = (id: string, days: number[]): LivenessEvent[] =>
      days.flatMap((day) => attemptsOn(day, ['real', 'real'])).map((event) => ({ ...event, correlationId: id }));

    it.each([
      ['one other id with 3 spoofs in 3 sessions', threeSpoofs, 6.496004],
      [
        'the same, and two more ids with passes on 1 and 2 days',
        [...threeSpoofs, ...passesOf(otherId(2), [-1]), ...passesOf(otherId(3), [-1, -2])],
        3.726888,
      ],
    ])('gives the reference values for one spoof and %s', (_, others, expected) => {
      const own = aState(attemptsOn(0, ['spoof'], 'phone'));
      const linkedDevice = linkedDeviceOf(own, deviceHistoryOf(others), defaultPolicy);
      if (linkedDevice === undefined) throw new Error('the device is known');

      expect(scoreOf({ ...own, linkedDevice }, defaultPolicy)).toMatchObject({
        ledgers: { mix: 2.626199, burst: 1.069726, recurrence: 2.877315, quality: -0.626402, afterPass: 0 },
        beforeLink: 1.975101,
        link: { subject: 'device', counts: linkedDevice },
        score: expected,
        scope: 'correlation',
      });
    });
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
    expect(scoreOf(aState(), defaultPolicy)).toBeUndefined();
    expect(scoreOf(aState(attemptsOn(0, ['real', 'real'])), defaultPolicy)).toBeUndefined();
    expect(scoreOf(aState([anAbandonedToken(noonOf(0))]), defaultPolicy)).toBeUndefined();
    expect(scoreOf(aState([...attemptsOn(0, ['spoof']), ...attemptsOn(30, ['real'])]), defaultPolicy)).toBeUndefined();
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

import type { LivenessEvent, Outcome } from '../../../shared/domain/events.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { inForce, judge, nextJudgementAt, reasonsOf, type Verdict } from '../../../shared/domain/verdict.ts';
import { anyAttempt, anyEvent } from './support/arbitraries.ts';
import { fc } from './support/fast-check.ts';
import {
  anAbandonedToken,
  anAttempt,
  attemptsOn,
  dayMs,
  day0Ms,
  historyOf,
  hourMs,
  minuteMs,
  noonOf,
  times,
} from './support/histories.ts';

const now = new Date(noonOf(0) + hourMs);
const at = (ms: number): Date => new Date(ms);

const judged = (
  events: readonly LivenessEvent[],
  { verdict, when = 'result', moment = now }: { verdict?: Verdict; when?: Verdict['source']; moment?: Date } = {},
): Verdict | undefined => {
  if (when === 'face') throw new Error('a verdict of the Face service is not judged here');
  const history = historyOf(events);
  return judge(verdict === undefined ? { history } : { history, verdict }, defaultPolicy, when, moment);
};

/** Enough to cross without a spoof label. */
const manyPoorPictures = (day: number): LivenessEvent[] =>
  attemptsOn(day, [...times<Outcome>(9, 'uncertain'), ...times<Outcome>(9, 'technical')]);

const mismatches = (count: number): LivenessEvent[] =>
  times(count, undefined).map((_, index) =>
    anAttempt({ atMs: noonOf(0) + index * minuteMs, outcome: 'uncertain', reason: 'mismatch' }),
  );

const unusedTokens = (count: number, fromMs = noonOf(0)): LivenessEvent[] =>
  times(count, undefined).map((_, index) => anAbandonedToken(fromMs + index * minuteMs));

describe('judge', () => {
  it('flags four spoofs in four sessions, and leaves three alone', () => {
    expect(judged(attemptsOn(0, times(4, 'spoof')))).toEqual({
      kind: 'flagged',
      scope: 'correlation',
      pattern: 'repeated-failures',
      sinceMs: now.getTime(),
      statistic: 5.560695,
      limit: 5.298317,
      source: 'result',
    });
    expect(judged(attemptsOn(0, times(3, 'spoof')))).toBeUndefined();
  });

  it('pauses for a day what crosses without a spoof label', () => {
    expect(judged(manyPoorPictures(0))).toMatchObject({
      kind: 'paused',
      pattern: 'repeated-failures',
      sinceMs: now.getTime(),
      untilMs: now.getTime() + dayMs,
    });
  });

  it('flags an impostor without a spoof label at ten judged failures', () => {
    expect(judged(mismatches(10))).toMatchObject({ kind: 'flagged', pattern: 'impostor' });
    expect(judged(mismatches(9))).toBeUndefined();
  });

  it('names an impostor earlier when the score crosses', () => {
    expect(judged([...mismatches(4), ...attemptsOn(0, times(4, 'spoof'))])).toMatchObject({
      pattern: 'impostor',
      limit: 5.298317,
    });
    expect(judged([...mismatches(3), ...attemptsOn(0, times(4, 'spoof'))])).toMatchObject({
      pattern: 'repeated-failures',
    });
  });

  it('counts judged failures of an impostor whom many passes keep below the threshold', () => {
    const passes = Array.from({ length: 29 }, (_, day) => attemptsOn(day - 29, ['real'])).flat();
    const spread = mismatches(10).map((event, index) => ({ ...event, atMs: noonOf(-9 + index) + minuteMs }));

    expect(judged([...passes, ...spread])).toMatchObject({ pattern: 'impostor', statistic: 10, limit: 10 });
    expect(judged([...passes, ...spread.slice(1)])).toBeUndefined();
  });

  it('does not take someone for an impostor when less than half of the failures are mismatches', () => {
    expect(judged([...mismatches(9), ...attemptsOn(0, times(10, 'technical'))])).not.toMatchObject({
      pattern: 'impostor',
    });
  });

  it('judges hoarded tokens by the timer only, in the last 24 hours', () => {
    const twelve = unusedTokens(12);

    expect(judged(twelve, { when: 'timer' })).toMatchObject({
      kind: 'paused',
      pattern: 'token-hoarding',
      statistic: 12,
      limit: 12,
      source: 'timer',
    });
    expect(judged(twelve, { when: 'gate' })).toBeUndefined();
    expect(judged(twelve.slice(1), { when: 'timer' })).toBeUndefined();
    expect(judged(twelve, { when: 'timer', moment: at(noonOf(1)) })).toBeUndefined();
    expect(judged([...twelve, ...attemptsOn(0, ['spoof'])], { when: 'timer' })).toMatchObject({ kind: 'flagged' });
  });

  it('does not call a token unused when an attempt came after all', () => {
    const tokens = unusedTokens(12);
    const lateAttempt = (outcome: Outcome): LivenessEvent =>
      anAttempt({ sessionId: tokens[0]?.sessionId ?? '', atMs: noonOf(0) + 40 * minuteMs, outcome });
    const earlierPass = anAttempt({ outcome: 'real' });

    expect(judged([...tokens, lateAttempt('technical')], { when: 'timer' })).toBeUndefined();
    expect(judged([...tokens, earlierPass, lateAttempt('real')], { when: 'timer' })).toBeUndefined();
  });

  it('has nothing to add to a flag', () => {
    const events = attemptsOn(0, times(6, 'spoof'));
    const verdict = judged(events.slice(0, 4));

    expect(verdict).toBeDefined();
    expect(judged(events, verdict === undefined ? {} : { verdict })).toBeUndefined();
  });
});

describe('a pause', () => {
  const before = manyPoorPictures(0);
  const pause = judged(before);
  if (pause?.untilMs === undefined) throw new Error('poor pictures pause');
  const after = pause.untilMs + minuteMs;

  it('lapses by itself', () => {
    expect(inForce(pause, at(after - 2 * minuteMs))).toBe(pause);
    expect(inForce(pause, at(pause.untilMs ?? 0))).toBeUndefined();
    expect(inForce(undefined, now)).toBeUndefined();
  });

  it('covers further failures, but not a crossing with a spoof label', () => {
    const during = anAttempt({ atMs: now.getTime() + minuteMs, outcome: 'uncertain' });
    const spoof = anAttempt({ atMs: now.getTime() + 2 * minuteMs });
    const moment = at(now.getTime() + hourMs);

    expect(judged([...before, during], { verdict: pause, moment })).toBeUndefined();
    expect(judged([...before, during, spoof], { verdict: pause, moment })).toMatchObject({
      kind: 'flagged',
      pattern: 'repeated-failures',
    });
  });

  it('is not repeated for the failures it was made for', () => {
    const oneMore = anAttempt({ atMs: after, outcome: 'technical' });

    expect(judged(before, { verdict: pause, when: 'gate', moment: at(after) })).toBeUndefined();
    expect(judged([...before, oneMore], { verdict: pause, moment: at(after) })).toBeUndefined();
  });

  it('is repeated when the failures after it cross on their own', () => {
    const again = manyPoorPictures(2);

    expect(judged([...before, ...again], { verdict: pause, moment: at(noonOf(2) + hourMs) })).toMatchObject({
      kind: 'paused',
      sinceMs: noonOf(2) + hourMs,
    });
  });
});

describe('nextJudgementAt', () => {
  it('is now while there is a crossing that nobody latched', () => {
    expect(nextJudgementAt({ history: historyOf(unusedTokens(12)) }, defaultPolicy, now)).toEqual(now);
  });

  it('is never when nothing is there, or when a verdict covers it', () => {
    const history = historyOf(unusedTokens(12));
    const verdict = judge({ history }, defaultPolicy, 'timer', now);

    expect(nextJudgementAt({ history: historyOf(unusedTokens(11)) }, defaultPolicy, now)).toBeUndefined();
    expect(verdict).toBeDefined();
    expect(nextJudgementAt(verdict ? { history, verdict } : { history }, defaultPolicy, now)).toBeUndefined();
  });

  it('is the end of a pause when what happened during it crosses on its own', () => {
    const pause = judged(manyPoorPictures(0));
    const during = manyPoorPictures(0).map((event) => ({ ...event, atMs: event.atMs + 2 * hourMs }));
    const history = historyOf([...manyPoorPictures(0), ...during]);

    expect(pause?.untilMs).toBeDefined();
    expect(
      nextJudgementAt(pause ? { history, verdict: pause } : { history }, defaultPolicy, at(noonOf(0) + 4 * hourMs)),
    ).toEqual(at(pause?.untilMs ?? 0));
  });
});

describe('reasonsOf', () => {
  const reasons = (events: readonly LivenessEvent[], when: 'result' | 'timer' = 'result'): string[] => {
    const verdict = judged(events, { when });
    if (verdict === undefined) throw new Error('these events cross');
    return reasonsOf(verdict, historyOf(events), defaultPolicy);
  };

  it('says one sentence for each telling ledger', () => {
    expect(reasons(attemptsOn(0, times(4, 'spoof')))).toEqual([
      '4 spoof and 0 uncertain results against 0 days with a pass',
      '4 failed checks within one day',
    ]);
    expect(reasons([0, 1, 2].flatMap((day) => attemptsOn(day, ['real', 'spoof'])))).toEqual([
      'spoof results on 3 of 3 active days',
      "3 times a spoof result followed the person's own pass on the same day",
    ]);
    expect(reasons(manyPoorPictures(0))).toContain('18 uncertain or technical results in 18 sessions');
  });

  it('says the largest when a lenient threshold is crossed by less', () => {
    const events = attemptsOn(0, ['spoof']);
    const policy = { ...defaultPolicy, score: { ...defaultPolicy.score, alpha: 0.2 } };
    const verdict = judge({ history: historyOf(events) }, policy, 'result', now);

    expect(verdict && reasonsOf(verdict, historyOf(events), policy)).toEqual(['spoof results on 1 of 1 active days']);
  });

  it('counts mismatches and unused tokens', () => {
    expect(reasons(mismatches(10))).toEqual(['10 times a live face that does not match the reference image']);
    expect(reasons(unusedTokens(13), 'timer')).toEqual(['13 tokens asked for and never used within 24 h']);
  });
});

describe('the laws of a verdict', () => {
  it('never flags without a spoof label, except an impostor', () => {
    const spoofless = fc.constantFrom<Outcome>('real', 'uncertain', 'technical');

    fc.assert(
      fc.property(fc.array(anyAttempt(3, spoofless), { minLength: 10, maxLength: 90 }), (events) => {
        const verdict = judged(events, { when: 'timer', moment: at(noonOf(3)) });

        if (verdict?.pattern !== 'impostor') expect(verdict?.kind).not.toBe('flagged');
      }),
      { numRuns: 300 },
    );
  });

  it('does not change with silence, and covers itself', () => {
    fc.assert(
      fc.property(fc.array(anyEvent(5), { maxLength: 40 }), fc.nat({ max: 60 }), (events, days) => {
        const history = historyOf(events);
        const soon = judge({ history }, defaultPolicy, 'gate', at(day0Ms + 5 * dayMs));
        const later = judge({ history }, defaultPolicy, 'gate', at(day0Ms + (5 + days) * dayMs));

        expect(later?.statistic).toBe(soon?.statistic);
        if (soon !== undefined) {
          expect(judge({ history, verdict: soon }, defaultPolicy, 'gate', at(day0Ms + 5 * dayMs))).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
  });
});

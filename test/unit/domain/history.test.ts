import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { emptyHistory, fold, type History, merge } from '../../../shared/domain/history.ts';
import { defaultPolicy, type KeepPolicy } from '../../../shared/domain/policy.ts';
import { judge } from '../../../shared/domain/judge.ts';
import { anyEvent } from './support/arbitraries.ts';
import { fc, listOf } from './support/fast-check.ts';
import {
  anAbandonedToken,
  anAttempt,
  aState,
  attemptsOn,
  correlationId,
  historyOf,
  minuteMs,
  noonOf,
} from './support/histories.ts';

const { keep } = defaultPolicy;

describe('fold', () => {
  it('keeps what an attempt was and on which device', () => {
    const spoof = anAttempt({ deviceKey: 'phone' });
    const mismatch = anAttempt({ outcome: 'uncertain', reason: 'mismatch', attemptId: 2 });

    expect(historyOf([spoof, mismatch])).toEqual({
      ...emptyHistory,
      spoof: [{ atMs: spoof.atMs, sessionId: spoof.sessionId, attemptId: 1, tag: 'phone' }],
      uncertain: [{ atMs: mismatch.atMs, sessionId: mismatch.sessionId, attemptId: 2, tag: '', mismatch: true }],
      lastAttemptAtMs: mismatch.atMs,
    });
  });

  it('counts an attempt once when it arrives twice', () => {
    const spoof = anAttempt();

    expect(historyOf([spoof, spoof])).toEqual(historyOf([spoof]));
  });

  it('keeps the earliest pass of each day and device', () => {
    const [first, second, third] = attemptsOn(0, ['real', 'real', 'real'], 'phone');
    const onTablet = anAttempt({ outcome: 'real', deviceKey: 'tablet', atMs: noonOf(0) + minuteMs });

    const { passes, lastPassAtMs } = historyOf([third, onTablet, second, first].flatMap((event) => event ?? []));

    expect(passes.map(({ sessionId }) => sessionId)).toEqual([first?.sessionId, onTablet.sessionId]);
    expect(lastPassAtMs).toBe(noonOf(0) + minuteMs);
  });

  it('settles a session by a pass, by its closing and by being abandoned', () => {
    const pass = anAttempt({ outcome: 'real' });
    const { type: _type, attemptId: _attemptId, outcome: _outcome, ...base } = anAttempt({ atMs: noonOf(1) });
    const closed: LivenessEvent = { ...base, type: 'session.closed', attempts: 1 };
    const abandoned = anAbandonedToken(noonOf(2));

    const { settled, unused, lastAttemptAtMs } = historyOf([abandoned, closed, pass]);

    expect(settled).toEqual([
      { atMs: pass.atMs, sessionId: pass.sessionId, passedOn: pass.deviceKey ?? '' },
      { atMs: closed.atMs, sessionId: closed.sessionId },
      { atMs: abandoned.atMs, sessionId: abandoned.sessionId },
    ]);
    expect(unused).toEqual([{ atMs: abandoned.atMs, sessionId: abandoned.sessionId, tag: '' }]);
    expect(lastAttemptAtMs).toBe(pass.atMs);
  });

  it('remembers issued tokens', () => {
    const issued: LivenessEvent = {
      type: 'session.issued',
      atMs: noonOf(0),
      customerId: 'contoso',
      correlationId,
      sessionId: `${correlationId}.a`,
      deviceKey: 'phone',
      attemptsAllowed: 3,
      tokenTtlSeconds: 600,
    };

    expect(historyOf([issued]).issued).toEqual([
      { atMs: issued.atMs, sessionId: issued.sessionId, attemptsAllowed: 3, tokenTtlSeconds: 600, tag: 'phone' },
    ]);
  });

  it('never lets passes push out failures', () => {
    const spoofs = attemptsOn(0, ['spoof', 'spoof']);
    const passes = Array.from({ length: 400 }, (_, day) => attemptsOn(day, ['real'])).flat();

    const history = historyOf([...spoofs, ...passes]);

    expect(history.spoof).toHaveLength(2);
    expect(history.passes).toHaveLength(keep.passes);
  });

  it('keeps the newest of each set, also when older ones arrive last', () => {
    const spoofs = Array.from({ length: keep.spoof + 5 }, (_, index) =>
      anAttempt({ atMs: noonOf(0) + index * minuteMs }),
    );

    expect(historyOf(spoofs.toReversed()).spoof.map(({ atMs }) => atMs)).toEqual(
      spoofs.slice(5).map(({ atMs }) => atMs),
    );
  });

  it('does not change the history it is given', () => {
    const before = historyOf([anAttempt()]);
    const copy = structuredClone(before);

    historyOf([anAttempt(), anAttempt({ outcome: 'real' })], before);

    expect(before).toEqual(copy);
  });
});

describe('the laws of the history', () => {
  /** Small sets, so that what falls out is exercised too. */
  const smallKeep: KeepPolicy = {
    spoof: 4,
    uncertain: 3,
    technical: 3,
    passes: 3,
    issued: 4,
    unused: 3,
    settled: 5,
    links: 2,
  };
  const anyKeep = fc.constantFrom(keep, smallKeep);
  const folded = (events: readonly LivenessEvent[], keep: KeepPolicy, history: History = emptyHistory): History =>
    events.reduce((history, event) => fold(history, event, { tag: event.deviceKey ?? '', keep }), history);

  /** Events, and the same in another order with repetitions. */
  const eventsAndShuffle = listOf(anyEvent(40), 1, 60).chain((events) =>
    fc.tuple(
      fc.constant(events),
      fc
        .tuple(fc.shuffledSubarray(events, { minLength: events.length }), listOf(fc.constantFrom(...events), 0, 20))
        .map(([all, again]) => [...again, ...all, ...again]),
      fc.nat({ max: 100 }),
    ),
  );

  it('folds an event like a history that holds nothing else', () => {
    fc.assert(
      fc.property(fc.array(anyEvent(40), { maxLength: 40 }), anyEvent(40), anyKeep, (events, event, keep) => {
        const history = folded(events, keep);

        expect(folded([event], keep, history)).toEqual(merge(history, folded([event], keep), keep));
      }),
    );
  });

  it('gives the same history in any order, with any repetition and any split', () => {
    fc.assert(
      fc.property(eventsAndShuffle, anyKeep, ([events, shuffled, at], keep) => {
        const expected = folded(events, keep);
        const cut = at % shuffled.length;

        expect(folded(shuffled, keep)).toEqual(expected);
        expect(merge(folded(shuffled.slice(0, cut), keep), folded(shuffled.slice(cut), keep), keep)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same verdict, to the byte, in any order', () => {
    const strict = { ...defaultPolicy, score: { ...defaultPolicy.score, alpha: 0.2 } };
    const verdictOf = (history: History): string =>
      JSON.stringify(judge(aState([], { history }), strict, 'timer', noonOf(40)));

    fc.assert(
      fc.property(eventsAndShuffle, ([events, shuffled]) => {
        expect(verdictOf(folded(shuffled, keep))).toBe(verdictOf(folded(events, keep)));
      }),
      { numRuns: 200 },
    );
  });

  it('merges associatively, commutatively and idempotently', () => {
    const anyHistory = listOf(anyEvent(40), 0, 25);

    fc.assert(
      fc.property(anyHistory, anyHistory, anyHistory, anyKeep, (x, y, z, keep) => {
        const [a, b, c] = [folded(x, keep), folded(y, keep), folded(z, keep)];

        expect(merge(a, b, keep)).toEqual(merge(b, a, keep));
        expect(merge(merge(a, b, keep), c, keep)).toEqual(merge(a, merge(b, c, keep), keep));
        expect(merge(a, a, keep)).toEqual(a);
        expect(merge(a, emptyHistory, keep)).toEqual(a);
      }),
      { numRuns: 200 },
    );
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(listOf(anyEvent(200), 200, 600), anyKeep, (events, keep) => {
        const history = folded(events, keep);

        for (const [set, bound] of Object.entries(keep)) {
          expect(history[set as keyof KeepPolicy].length).toBeLessThanOrEqual(bound);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('loses no failure but to newer ones of its own kind', () => {
    fc.assert(
      fc.property(listOf(anyEvent(40), 0, 60), anyEvent(40), (events, event) => {
        const before = folded(events, keep);
        const after = folded([event], keep, before);

        for (const kind of ['spoof', 'uncertain', 'technical'] as const) {
          expect(after[kind]).toEqual(expect.arrayContaining([...before[kind]]));
        }
      }),
      { numRuns: 200 },
    );
  });
});

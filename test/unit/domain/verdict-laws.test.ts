import type { Outcome } from '../../../shared/domain/events.ts';
import { withFaceLink } from '../../../shared/domain/history.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { blockOf } from '../../../shared/domain/verdict.ts';
import { judge } from '../../../shared/domain/judge.ts';
import { anyAttempt, anyEvent, anyLinkedCounts } from './support/arbitraries.ts';
import { fc, listOf } from './support/fast-check.ts';
import { anAttempt, aState, dayMs, noonOf, otherId } from './support/histories.ts';
import { everyOccasion } from './support/judging.ts';

const anyOccasion = fc.constantFrom(...everyOccasion);

describe('law 4: the window of verdicts', () => {
  it('lets no failure count that happened 30 or more days before the latest attempt', () => {
    fc.assert(
      fc.property(listOf(anyEvent(5), 0, 40), listOf(anyAttempt(5), 0, 20), anyOccasion, (events, old, occasion) => {
        const end = anAttempt({ atMs: noonOf(5), outcome: 'technical' });
        const longAgo = old.map((event) => ({ ...event, atMs: event.atMs - 60 * dayMs }));
        const verdictsOf = (all: typeof events) =>
          judge(aState(all), defaultPolicy, occasion, noonOf(5)).map(({ verdict }) => verdict);

        expect(verdictsOf([...longAgo, ...events, end])).toEqual(verdictsOf([...events, end]));
      }),
      { numRuns: 300 },
    );
  });

  it('lets silence change nothing', () => {
    fc.assert(
      fc.property(listOf(anyEvent(5), 0, 40), fc.nat({ max: 60 }), (events, days) => {
        const state = aState(events);
        const [soon, later] = [5, 5 + days].map((day) =>
          judge(state, defaultPolicy, 'gate', noonOf(day)).map(({ verdict: { pattern, kind, scope, statistic } }) => ({
            pattern,
            kind,
            scope,
            statistic,
          })),
        );

        expect(later).toEqual(soon);
      }),
      { numRuns: 200 },
    );
  });
});

describe('law 6: without a spoof label', () => {
  it('nobody is flagged, except an impostor and a reused face; and at most one pause is made', () => {
    const spoofless = fc.constantFrom<Outcome>('real', 'uncertain', 'technical');
    let pauses = 0;

    fc.assert(
      fc.property(
        listOf(anyAttempt(3, spoofless), 10, 90),
        anyLinkedCounts,
        anyOccasion,
        fc.nat({ max: 3 }),
        (events, linkedDevice, occasion, faces) => {
          const state = aState(events, { linkedDevice });
          const history = Array.from({ length: faces }, (_, index) => otherId(index)).reduce(
            (known, id) => withFaceLink(known, { correlationId: id, atMs: noonOf(2) }, defaultPolicy.keep),
            state.history,
          );
          const verdicts = judge({ ...state, history }, defaultPolicy, occasion, noonOf(3)).map(
            ({ verdict }) => verdict,
          );

          for (const { kind, pattern } of verdicts) {
            if (kind === 'flagged') expect(['impostor', 'face-reuse']).toContain(pattern);
          }
          const paused = verdicts.filter(({ kind }) => kind === 'paused');
          expect(paused.length).toBeLessThanOrEqual(1);
          pauses += paused.length;
        },
      ),
      { numRuns: 300 },
    );

    expect(pauses).toBeGreaterThan(0);
  });
});

describe('a verdict', () => {
  it('once latched is not found again, and blocks until it ends', () => {
    fc.assert(
      fc.property(listOf(anyEvent(5), 20, 60), anyOccasion, (events, occasion) => {
        const state = aState(events);
        const verdicts = judge(state, defaultPolicy, occasion, noonOf(5)).map(({ verdict }) => verdict);
        fc.pre(verdicts.length > 0);

        expect(judge({ ...state, verdicts }, defaultPolicy, occasion, noonOf(5))).toEqual([]);
        expect(blockOf(verdicts, noonOf(5))).toBeDefined();
      }),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });
});

import type { LivenessEvent } from '../../../shared/domain/events.ts';
import type { History } from '../../../shared/domain/history.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { type Score, scoreOf } from '../../../shared/domain/score.ts';
import { anyAttempt, anyEvent, anyLinkedCounts } from './support/arbitraries.ts';
import { fc, listOf } from './support/fast-check.ts';
import { anAttempt, aState, attemptsOn, dayMs, historyOf, noonOf, otherId } from './support/histories.ts';

const days = 30;
const ROUNDING = 1.5e-6;
const anyHistory = listOf(anyAttempt(days), 1, 25);
const dayNumber = ({ atMs }: { atMs: number }): number => Math.floor(atMs / dayMs);
const latestDayOf = (events: readonly LivenessEvent[]): number => Math.max(...events.map(dayNumber));

const scoreOfEvents = (events: readonly LivenessEvent[]): Score | undefined => scoreOf(aState(events), defaultPolicy);
const scoreOfHistory = (history: History): Score | undefined => scoreOf(aState([], { history }), defaultPolicy);

/** One channel: nothing is known of devices. */
const withoutDevices = <Event extends LivenessEvent>(events: readonly Event[]): Event[] =>
  events.map(({ deviceKey: _deviceKey, ...event }) => event as Event);

describe('law 2: nobody washes failures off', () => {
  it('a pass on a day that has an earlier pass changes nothing', () => {
    const anyPass = anyAttempt(days, fc.constant('real'));

    fc.assert(
      fc.property(anyHistory, anyPass, fc.nat({ max: 60_000 }), (events, pass, laterMs) => {
        const before = withoutDevices([...events, pass]);
        const later = { ...pass, sessionId: `${pass.sessionId}x`, atMs: pass.atMs + laterMs };

        expect(scoreOfEvents([...before, ...withoutDevices([later])])).toEqual(scoreOfEvents(before));
      }),
      { numRuns: 300 },
    );
  });

  it('on the same device it changes nothing either, unless time goes on', () => {
    const anyPass = anyAttempt(days, fc.constant('real'));

    fc.assert(
      fc.property(anyHistory, anyPass, fc.nat({ max: 60_000 }), (events, pass, laterMs) => {
        const end = anAttempt({ atMs: noonOf(days - 1) + dayMs / 2 - 1, outcome: 'technical' });
        const before = historyOf([...events, pass, end]);
        const later = { ...pass, sessionId: `${pass.sessionId}x`, atMs: pass.atMs + laterMs };

        expect(scoreOfHistory(historyOf([later], before))).toEqual(scoreOfHistory(before));
      }),
      { numRuns: 300 },
    );
  });

  it('passes count as days, and at most as 30 of them', () => {
    const anyPasses = listOf(anyAttempt(60, fc.constant('real')), 40, 120);

    fc.assert(
      fc.property(anyPasses, (passes) => {
        const end = anAttempt({ atMs: noonOf(59) + 13 * 3_600_000 });
        const counts = scoreOfEvents([...withoutDevices(passes), end])?.counts;
        const passDays = new Set(passes.map(dayNumber).filter((day) => day > dayNumber(end) - 30)).size;

        expect(counts).toMatchObject({ passDays, spoofs: 1 });
        expect(passDays).toBeLessThanOrEqual(30);
      }),
      { numRuns: 100 },
    );
  });

  it('other days take at most ln 30 off burst and quality', () => {
    const anyDay = listOf(anyAttempt(1), 1, 20);

    fc.assert(
      fc.property(anyDay, fc.nat({ max: 29 }), (events, passDays) => {
        const alone = scoreOfEvents(withoutDevices(events));
        fc.pre(alone !== undefined);

        const passes = Array.from({ length: passDays }, (_, day) => attemptsOn(-1 - day, ['real'])).flat();
        const washed = scoreOfEvents(withoutDevices([...passes, ...events]));

        for (const ledger of ['burst', 'quality'] as const) {
          const lost = alone.ledgers[ledger] - (washed?.ledgers[ledger] ?? -Infinity);
          expect(lost).toBeLessThanOrEqual(Math.log(30) + ROUNDING);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('law 3: one more spoof never makes an id look better', () => {
  it('never lowers the score on an active day, and by at most ln 2 on a new one', () => {
    fc.assert(
      fc.property(anyHistory, anyAttempt(days, fc.constant('spoof')), (events, spoof) => {
        const before = scoreOfEvents(withoutDevices(events));
        fc.pre(before !== undefined && dayNumber(spoof) <= latestDayOf(events));

        const after = scoreOfEvents(withoutDevices([...events, spoof]));
        const activeAlready = events.some((event) => dayNumber(event) === dayNumber(spoof));
        expect(after?.score).toBeGreaterThanOrEqual(before.score - (activeAlready ? 0 : Math.LN2) - ROUNDING);
        for (const ledger of ['mix', 'recurrence', 'afterPass'] as const) {
          expect(after?.ledgers[ledger]).toBeGreaterThanOrEqual(before.ledgers[ledger] - ROUNDING);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('law 4: the window', () => {
  it('lets nothing count that happened 30 or more days before the latest attempt', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, (events, old) => {
        const longAgo = old.map((event) => ({ ...event, atMs: event.atMs - 2 * days * dayMs }));
        const atTheEdge = anAttempt({ atMs: (latestDayOf(events) - 29) * dayMs - 1 });

        expect(scoreOfEvents([...longAgo, atTheEdge, ...events])).toEqual(scoreOfEvents(events));
      }),
      { numRuns: 200 },
    );
  });
});

describe('law 5: every score is finite', () => {
  it('for every history, however long', () => {
    fc.assert(
      fc.property(listOf(anyEvent(45), 1, 300), anyLinkedCounts, (events, linkedDevice) => {
        const score = scoreOf(aState(events, { linkedDevice }), defaultPolicy);
        fc.pre(score !== undefined);

        const numbers = [score.beforeLink, score.score, score.link?.added ?? 0, ...Object.values({ ...score.ledgers })];
        expect(numbers.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('law 6: the link', () => {
  const anyLineage = fc
    .array(fc.tuple(anyAttempt(days), fc.constantFrom(otherId(1), otherId(2))), { maxLength: 20 })
    .map((events) => historyOf(events.map(([event, predecessor]) => ({ ...event, deviceKey: predecessor }))));

  it('changes nothing for an id without a spoof of its own', () => {
    const spoofless = fc.constantFrom('real' as const, 'uncertain' as const, 'technical' as const);

    fc.assert(
      fc.property(
        listOf(anyAttempt(days, spoofless), 0, 30),
        anyLinkedCounts,
        anyLineage,
        (events, linkedDevice, lineage) => {
          expect(scoreOf(aState(events, { linkedDevice, lineage }), defaultPolicy)).toEqual(scoreOfEvents(events));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('adds between 0 and 6 to any other, and the larger of the two', () => {
    fc.assert(
      fc.property(anyHistory, anyLinkedCounts, anyLineage, (events, linkedDevice, lineage) => {
        const withSpoof = [...events, anAttempt({ atMs: noonOf(days - 1) })];
        const added = (what: { linkedDevice?: typeof linkedDevice; lineage?: History }): number =>
          (scoreOf(aState(withSpoof, what), defaultPolicy)?.score ?? NaN) - (scoreOfEvents(withSpoof)?.score ?? NaN);

        const both = added({ linkedDevice, lineage });
        expect(both).toBeGreaterThanOrEqual(0);
        expect(both).toBeLessThanOrEqual(6 + ROUNDING);
        expect(both).toBeCloseTo(Math.max(added({ linkedDevice }), added({ lineage })), 5);
      }),
      { numRuns: 200 },
    );
  });
});

import { wholeView } from '../../../shared/domain/counts.ts';
import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { countLinked, elementsOfOthers, type LinkedCounts, linkTerm } from '../../../shared/domain/link.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { anAttempt, attemptsOn, correlationId, deviceHistoryOf, historyOf, otherId } from './support/histories.ts';

const by = <Event extends LivenessEvent>(id: string, events: readonly Event[]): Event[] =>
  events.map((event) => ({ ...event, correlationId: id }));

const countsOfOthers = (events: readonly LivenessEvent[], day = 0): LinkedCounts => {
  const view = wholeView(historyOf(attemptsOn(day, ['spoof'])), defaultPolicy);
  if (view === undefined) throw new Error('there is an attempt');
  return countLinked(elementsOfOthers(deviceHistoryOf(events), correlationId, view, defaultPolicy));
};

const none: LinkedCounts = { passDays: 0, spoofs: 0, uncertainSessions: 0, technicalSessions: 0, otherIds: 0 };

describe('the others on a device', () => {
  it('count by spoofs, sessions, and passes of a day and id', () => {
    const one = { sessionId: 'a', correlationId: otherId(1) };
    const retries = [1, 2, 3].map((attemptId) => anAttempt({ ...one, attemptId, outcome: 'technical' }));
    const passes = [-1, 0].flatMap((day) => by(otherId(2), attemptsOn(day, ['real', 'real'])));
    const more = by(otherId(3), attemptsOn(0, ['spoof', 'spoof', 'uncertain', 'real']));

    expect(countsOfOthers([...retries, ...passes, ...more])).toEqual({
      passDays: 3,
      spoofs: 2,
      uncertainSessions: 1,
      technicalSessions: 1,
      otherIds: 3,
    });
  });

  it('are not the id itself', () => {
    expect(countsOfOthers(attemptsOn(0, ['spoof', 'real', 'technical', 'uncertain']))).toEqual(none);
  });

  it("count in the window of the id's own attempts", () => {
    const spoof = by(otherId(1), attemptsOn(0, ['spoof']));

    expect(countsOfOthers(spoof, 29)).toEqual({ ...none, spoofs: 1, otherIds: 1 });
    expect(countsOfOthers(spoof, 30)).toEqual(none);
    expect(countsOfOthers(spoof, -1)).toEqual(none);
  });

  it('count on the days after the oldest pass that is kept, when passes were forgotten', () => {
    const ids = Array.from({ length: defaultPolicy.keep.passes }, (_, index) => otherId(index));
    const passesOn = (day: number, count: number) =>
      ids.slice(0, count).flatMap((id) => by(id, attemptsOn(day, ['real'])));
    const spoofs = [-9, -2, 0].flatMap((day) => by(otherId(99), attemptsOn(day, ['spoof'])));

    expect(countsOfOthers([...spoofs, ...passesOn(-2, 39)])).toMatchObject({ passDays: 39, spoofs: 3 });
    expect(countsOfOthers([...spoofs, ...passesOn(-2, 39), ...passesOn(-1, 1)])).toMatchObject({
      passDays: 1,
      spoofs: 1,
    });
  });
});

describe('the link term', () => {
  const termOf = (counts: Partial<LinkedCounts>, policy = defaultPolicy.link.device): number =>
    linkTerm({ ...none, ...counts }, policy, defaultPolicy);

  it('is nothing without others, or while they pass', () => {
    expect(termOf({})).toBe(0);
    expect(termOf({ passDays: 20, otherIds: 5 })).toBe(0);
  });

  it('is the first ledger of the others, less the shift', () => {
    expect(termOf({ spoofs: 3 })).toBeCloseTo(5.520903 - 1, 6);
    expect(termOf({ spoofs: 3 }, { max: 6, shift: 2 })).toBeCloseTo(5.520903 - 2, 6);
  });

  it('is capped', () => {
    expect(termOf({ spoofs: 64 })).toBe(6);
    expect(termOf({ spoofs: 64 }, { max: 2, shift: 1 })).toBe(2);
  });
});

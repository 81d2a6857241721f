import { attackBlock } from '../../../evaluation/adversaries/attack-block.ts';
import { attackTraces } from '../../../evaluation/adversaries/attack-traces.ts';
import { attacks } from '../../../evaluation/adversaries/attacks.ts';
import { MOST_TRIES_A_DAY } from '../../../evaluation/adversaries/slow-drip.ts';
import { OWN_PASSES_BEFORE } from '../../../evaluation/adversaries/third-party-victim.ts';
import type { Subject, Trace, TraceEvent } from '../../../evaluation/trace.ts';
import { dayOf, MS_PER_DAY, MS_PER_HOUR } from '../../../shared/domain/time.ts';
import { faultsOf } from './support/sound-trace.ts';

const ATTACKERS = 40;

interface Attacked {
  subject: Subject;
  /** Of his ids, in time order. */
  events: TraceEvent[];
  tries: TraceEvent[];
}

const traceOf = (kind: string): Trace => {
  const attack = attacks.find((one) => one.kind === kind);
  if (attack === undefined) throw new Error(`no attack of kind ${kind}`);
  return attackBlock({ seed: 1, attack }, 0, ATTACKERS);
};

const attackersOf = (kind: string): Attacked[] => {
  const { events, subjects } = traceOf(kind);
  return subjects
    .filter(({ role }) => role === 'attacker')
    .map((subject) => {
      const ids = new Set(subject.correlationIds);
      return {
        subject,
        events: events.filter(({ correlationId }) => ids.has(correlationId)),
        tries: subject.tries.map((index) => events[index]!),
      };
    });
};

const outcomeOf = (event: TraceEvent): string => (event.type === 'attempt' ? event.outcome : event.type);
const sizeOf = (names: readonly (string | undefined)[]): number => new Set(names).size;
const devicesOf = (events: readonly TraceEvent[]): number => sizeOf(events.map(({ deviceKey }) => deviceKey));
const hoursOf = (events: readonly TraceEvent[]): number => (events.at(-1)!.atMs - events[0]!.atMs) / MS_PER_HOUR;
const perDay = (events: readonly TraceEvent[]): number[] =>
  [...Map.groupBy(events, ({ atMs }) => dayOf(atMs)).values()].map(({ length }) => length);
const triesPerId = (tries: readonly TraceEvent[]): number[] =>
  [...Map.groupBy(tries, ({ correlationId }) => correlationId).values()].map(({ length }) => length);
const shareOf = (events: readonly TraceEvent[], outcome: string): number =>
  events.filter((event) => outcomeOf(event) === outcome).length / events.length;
const allTries = (kind: string): TraceEvent[] => attackersOf(kind).flatMap(({ tries }) => tries);

describe.each(attacks.map(({ kind }) => kind))('%s', (kind) => {
  it('is the same for the same seed', () => {
    expect(traceOf(kind)).toEqual(traceOf(kind));
  });

  it('has only sound sessions', () => {
    expect(faultsOf(traceOf(kind))).toEqual([]);
  });

  it('tries at least forty times, or at least once a day over the period', () => {
    for (const { tries } of attackersOf(kind)) {
      const days = new Set(tries.map(({ atMs }) => dayOf(atMs))).size;
      expect(tries.length >= 40 || days === 30).toBe(true);
    }
  });

  it('has its tries in time order, all under ids of the attacker', () => {
    for (const { subject, tries } of attackersOf(kind)) {
      expect(subject.tries).toEqual([...subject.tries].sort((a, b) => a - b));
      expect(tries.every(({ correlationId }) => subject.correlationIds.includes(correlationId))).toBe(true);
    }
  });

  it('has the pass chances in turn, and passes accordingly', () => {
    const attackers = attackersOf(kind);

    expect(attackers.slice(0, 5).map(({ subject }) => subject.passChance)).toEqual([0.1, 0.03, 0.01, 0.001, 0.1]);
    const easy = attackers.filter(({ subject }) => subject.passChance === 0.1).flatMap(({ tries }) => tries);
    const expected = 0.1 * easy.length;
    const passed = easy.filter((event) => outcomeOf(event) === 'real').length;
    expect(Math.abs(passed - expected)).toBeLessThan(4 * Math.sqrt(expected * 0.9));
  });

  it('shares no id between blocks', () => {
    const attack = attacks.find((one) => one.kind === kind)!;
    const [first, second] = [...attackTraces({ seed: 1, attack }, 54)].map(({ subjects }) =>
      subjects.flatMap(({ correlationIds }) => correlationIds),
    );

    expect(second!.filter((id) => first!.includes(id))).toEqual([]);
  });
});

describe('failures of attackers', () => {
  it('are 74, 15 and 11 % spoof, uncertain and technical on average, and differ between attackers', () => {
    const attackers = attackersOf('depth-first-fast');
    const failures = attackers.flatMap(({ tries }) => tries).filter((event) => outcomeOf(event) !== 'real');
    const spoofShares = attackers.map(({ tries }) => shareOf(tries, 'spoof'));

    // Attackers, not tries, are the units: a share of .74 varies by .12 between them, .02 in the mean of forty.
    expect(Math.abs(shareOf(failures, 'spoof') - 0.74)).toBeLessThan(0.06);
    expect(Math.abs(shareOf(failures, 'uncertain') - 0.15)).toBeLessThan(0.05);
    expect(Math.abs(shareOf(failures, 'technical') - 0.11)).toBeLessThan(0.05);
    expect(Math.max(...spoofShares) - Math.min(...spoofShares)).toBeGreaterThan(0.3);
  });
});

describe('depth-first-fast', () => {
  it('makes all tries with one id on one device within hours', () => {
    for (const { subject, events, tries } of attackersOf('depth-first-fast')) {
      expect(subject.correlationIds).toHaveLength(1);
      expect(devicesOf(events)).toBe(1);
      expect(hoursOf(tries)).toBeLessThan(3);
    }
  });
});

describe('slow-drip', () => {
  it('never tries more than three times a day, and waits for hours in between', () => {
    for (const { tries } of attackersOf('slow-drip')) {
      const gaps = tries.slice(1).map(({ atMs }, index) => atMs - tries[index]!.atMs);
      expect(Math.max(...perDay(tries))).toBeLessThanOrEqual(MOST_TRIES_A_DAY);
      expect(Math.min(...gaps)).toBeGreaterThan(3 * MS_PER_HOUR);
    }
  });
});

describe('interleaving-own-face', () => {
  it('passes with his own face before every session of tries', () => {
    for (const { subject, events, tries } of attackersOf('interleaving-own-face')) {
      const inTries = new Set(tries.map(({ sessionId }) => sessionId));
      const sessions = [...new Set(events.map(({ sessionId }) => sessionId))];
      const own = sessions.filter((_, index) => index % 2 === 0);
      const ownEnds = own.map((id) => outcomeOf(events.findLast(({ sessionId }) => sessionId === id)!));

      expect(subject.correlationIds).toHaveLength(1);
      expect(own.some((id) => inTries.has(id))).toBe(false);
      expect(ownEnds.filter((outcome) => outcome === 'real').length / own.length).toBeGreaterThan(0.9);
    }
  });
});

describe('id-rotation', () => {
  it('leaves an id after three tries at most, and comes from three devices at most', () => {
    for (const { events, tries } of attackersOf('id-rotation')) {
      expect(Math.max(...triesPerId(tries))).toBeLessThanOrEqual(3);
      expect(devicesOf(events)).toBeLessThanOrEqual(3);
    }
  });
});

describe('many-ids-one-device', () => {
  it('takes turns among eight ids or more on one device', () => {
    for (const { subject, events } of attackersOf('many-ids-one-device')) {
      expect(subject.correlationIds.length).toBeGreaterThanOrEqual(8);
      expect(devicesOf(events)).toBe(1);
    }
  });
});

describe('many-ids-one-face', () => {
  it('has a device for each id, and is joined by matches with sessions of other ids before', () => {
    for (const { subject, events, tries } of attackersOf('many-ids-one-face')) {
      expect(devicesOf(events)).toBe(subject.correlationIds.length);
      const matched = tries.filter(({ otherFlaggedSessions = [] }) => otherFlaggedSessions.length > 0);
      expect(matched.length).toBeGreaterThan(tries.length / 2);
      for (const { correlationId, sessionId, otherFlaggedSessions = [] } of matched) {
        const begin = events.findIndex((event) => event.sessionId === sessionId);
        const earlier = new Set(events.slice(0, begin).map((event) => event.sessionId));
        expect(otherFlaggedSessions.every((other) => earlier.has(other.sessionId))).toBe(true);
        expect(otherFlaggedSessions.some((other) => other.sessionId.startsWith(`${correlationId}.`))).toBe(false);
      }
    }
  });
});

describe('token-hoarding', () => {
  it('lets at least a dozen tokens expire within a day, and uses some', () => {
    for (const { events, tries } of attackersOf('token-hoarding')) {
      const unused = events.filter(({ type }) => type === 'session.abandoned').map(({ atMs }) => atMs);
      const mostWithinADay = Math.max(
        ...unused.map((last) => unused.filter((atMs) => atMs > last - MS_PER_DAY && atMs <= last).length),
      );

      expect(mostWithinADay).toBeGreaterThanOrEqual(12);
      expect(tries.length).toBeGreaterThan(0);
    }
  });
});

describe('abandon-before-result', () => {
  it('deletes about half of the sessions long before they expire', () => {
    const attackers = attackersOf('abandon-before-result');

    const events = attackers.flatMap((attacker) => attacker.events);
    const issuedAt = new Map(
      events.flatMap(({ type, sessionId, atMs }) => (type === 'session.issued' ? [[sessionId, atMs]] : [])),
    );
    const left = events.filter(({ type }) => type === 'session.abandoned');
    expect(Math.abs(left.length / issuedAt.size - 0.5)).toBeLessThan(0.06);
    expect(left.every(({ sessionId, atMs }) => atMs - issuedAt.get(sessionId)! < 120_000)).toBe(true);
  });
});

describe('low-quality-probing', () => {
  it('is seldom labelled as a spoof', () => {
    const tries = allTries('low-quality-probing');

    expect(shareOf(tries, 'spoof')).toBeLessThan(0.2);
    expect(shareOf(tries, 'uncertain') + shareOf(tries, 'technical')).toBeGreaterThan(0.75);
  });
});

describe('patient', () => {
  it('tries once a day, always behind a pass of his own on that day', () => {
    for (const { events, tries } of attackersOf('patient')) {
      expect(Math.max(...perDay(tries))).toBe(1);
      const triesBehindPass = tries.filter((one) =>
        events.some(
          (event) => event.atMs < one.atMs && dayOf(event.atMs) === dayOf(one.atMs) && outcomeOf(event) === 'real',
        ),
      );
      expect(triesBehindPass).toEqual(tries);
    }
  });
});

describe('third-party-victim', () => {
  const { events, subjects } = traceOf('third-party-victim');
  const pairs = subjects.flatMap((attacker, index) =>
    attacker.role === 'attacker' ? [[attacker, subjects[index + 1]!] as const] : [],
  );

  it('attacks the id of one honest person each', () => {
    expect(pairs).toHaveLength(ATTACKERS);
    for (const [attacker, victim] of pairs) {
      expect(victim.role).toBe('victim');
      expect(victim.correlationIds).toEqual(attacker.correlationIds);
      expect(victim.tries).toEqual([]);
    }
  });

  it('begins when the victim has passed twice, and a day after the first time, from a device the victim never used', () => {
    for (const [attacker] of pairs) {
      const tries = new Set(attacker.tries);
      const ofId = events.flatMap((event, index) =>
        attacker.correlationIds.includes(event.correlationId) ? [{ event, isTry: tries.has(index) }] : [],
      );
      const firstTry = events[attacker.tries[0]!]!;
      const own = ofId.filter(({ event }) => event.deviceKey !== firstTry.deviceKey).map(({ event }) => event);
      const passesBefore = own.filter((event) => outcomeOf(event) === 'real' && event.atMs < firstTry.atMs);

      expect(ofId.filter(({ isTry }) => isTry).every(({ event }) => event.deviceKey === firstTry.deviceKey)).toBe(true);
      expect(passesBefore.length).toBeGreaterThanOrEqual(OWN_PASSES_BEFORE);
      expect(firstTry.atMs - passesBefore[0]!.atMs).toBeGreaterThanOrEqual(MS_PER_DAY);
    }
  });
});

describe('reviewer-flooding', () => {
  it('throws ids away after some tries each, on three devices at most', () => {
    for (const { subject, events, tries } of attackersOf('reviewer-flooding')) {
      expect(subject.correlationIds.length).toBeGreaterThanOrEqual(5);
      expect(Math.max(...triesPerId(tries))).toBeLessThanOrEqual(10);
      expect(devicesOf(events)).toBeLessThanOrEqual(3);
    }
  });
});

describe('machine-cadence', () => {
  it('starts sessions so regularly that a hand could not', () => {
    for (const { events } of attackersOf('machine-cadence')) {
      const starts = events.filter(({ type }) => type === 'session.issued').map(({ atMs }) => atMs);
      const logGaps = starts.slice(1).map((atMs, index) => Math.log(atMs - starts[index]!));
      const mean = logGaps.reduce((sum, gap) => sum + gap, 0) / logGaps.length;
      const deviation = Math.sqrt(logGaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / logGaps.length);

      expect(deviation).toBeLessThan(0.06);
      expect(mean).toBeLessThan(Math.log(MS_PER_HOUR));
    }
  });
});

describe('impostor-live-face', () => {
  it('is never a spoof: what is uncertain is a mismatch', () => {
    const tries = allTries('impostor-live-face');

    expect(shareOf(tries, 'spoof')).toBe(0);
    for (const event of tries) {
      if (event.type === 'attempt') expect(event.reason === 'mismatch').toBe(event.outcome === 'uncertain');
    }
  });
});

describe('breadth-first', () => {
  it('tries once with each id, each on a device of its own', () => {
    for (const { subject, events, tries } of attackersOf('breadth-first')) {
      expect(subject.correlationIds).toHaveLength(tries.length);
      expect(devicesOf(events)).toBe(tries.length);
    }
  });
});

import { disturb } from '../../../evaluation/disturb.ts';
import { PERIOD_START_MS } from '../../../evaluation/period.ts';
import { groupsOf, type Population } from '../../../evaluation/population/groups.ts';
import { honestBlock } from '../../../evaluation/population/honest-block.ts';
import { honestTraces } from '../../../evaluation/population/honest-traces.ts';
import {
  drawRates,
  withCaptureFailures,
  withFailureOdds,
  withFailureRates,
} from '../../../evaluation/population/outcome-rates.ts';
import { Random } from '../../../evaluation/random.ts';
import type { Subject, Trace, TraceEvent } from '../../../evaluation/trace.ts';
import { eventKey } from '../../../shared/domain/events.ts';
import { dayOf, MS_PER_DAY, MS_PER_HOUR } from '../../../shared/domain/time.ts';
import { faultsOf } from './support/sound-trace.ts';

const PEOPLE = 4000;
const traces = [...honestTraces({ seed: 1 }, PEOPLE)];
const subjects = traces.flatMap((trace) => trace.subjects);
const events = traces.flatMap((trace) => trace.events);
const attempts = events.filter((event) => event.type === 'attempt');

/** How many standard errors a count is away from its share of all. */
const errorsFrom = (share: number, count: number, all: number): number =>
  Math.abs(count - share * all) / Math.sqrt(all * share * (1 - share));

const shareOf = <T>(all: readonly T[], is: (one: T) => boolean): number => all.filter(is).length / all.length;

const idsPerDevice = (all: readonly TraceEvent[]): number[] => {
  const ids = new Map<string, Set<string>>();
  for (const { deviceKey = '', correlationId } of all) {
    ids.set(deviceKey, (ids.get(deviceKey) ?? new Set()).add(correlationId));
  }
  return [...ids.values()].map(({ size }) => size);
};

describe('outcome rates', () => {
  const usual = { real: 0.895, spoof: 0.012, uncertain: 0.028, technical: 0.065 };
  const sumOf = (rates: typeof usual): number => Object.values(rates).reduce((sum, rate) => sum + rate, 0);

  it('multiplies the odds of failing and keeps which failure it is', () => {
    const poor = withFailureOdds(usual, 5);

    expect((1 - poor.real) / poor.real).toBeCloseTo((5 * 0.105) / 0.895, 12);
    expect(poor.spoof / poor.technical).toBeCloseTo(usual.spoof / usual.technical, 12);
  });

  it('leaves the share of spoof labels alone when captures fail', () => {
    const failing = withCaptureFailures(usual, 5);

    expect(failing.spoof).toBe(usual.spoof);
    expect(failing.uncertain + failing.technical).toBeCloseTo(5 * 0.093, 12);
  });

  it.each([0.5, 1, 2, 5, 100])('stays a distribution when failures are %d times as frequent', (factor) => {
    const changed = [withFailureRates, withFailureOdds, withCaptureFailures].map((change) => change(usual, factor));

    for (const rates of changed) {
      expect(sumOf(rates)).toBeCloseTo(1, 12);
      expect(Math.min(...Object.values(rates))).toBeGreaterThan(0);
    }
  });

  it('draws people around the means', () => {
    const random = new Random(1);
    const people = Array.from({ length: 20_000 }, () => drawRates(random, usual, 25).real);

    const mean = people.reduce((sum, real) => sum + real, 0) / people.length;
    const deviation = Math.sqrt((usual.real * (1 - usual.real)) / (25 + 1));

    expect(Math.abs(mean - usual.real)).toBeLessThan((3.5 * deviation) / Math.sqrt(people.length));
  });
});

describe('honest population', () => {
  it('is the same for the same seed, and another for another seed or block', () => {
    const block = honestBlock({ seed: 1 }, 0, 50);

    expect(honestBlock({ seed: 1 }, 0, 50)).toEqual(block);
    expect(honestBlock({ seed: 2 }, 0, 50).events).not.toEqual(block.events);
    expect(honestBlock({ seed: 1 }, 1, 50).events).not.toEqual(block.events);
  });

  it.each<Population>(['ordinary', 'daily', 'weak-camera'])('has only sound sessions: %s', (population) => {
    const trace = honestBlock({ seed: 3, population }, 0, 200);

    expect(faultsOf(trace)).toEqual([]);
  });

  it('shares no id and no device between blocks', () => {
    const namesIn = (trace: Trace): string[] =>
      trace.events.flatMap(({ correlationId, deviceKey = '' }) => [correlationId, deviceKey]);

    const [first, second] = traces;

    const inFirst = new Set(namesIn(first!));
    expect(namesIn(second!).filter((name) => inFirst.has(name))).toEqual([]);
  });

  it.each<Population>(['ordinary', 'weak-camera'])('has the groups in their shares: %s', (population) => {
    const people =
      population === 'ordinary'
        ? subjects
        : [...honestTraces({ seed: 1, population }, PEOPLE)].flatMap((trace) => trace.subjects);

    // Members of a household share the camera, so that their groups vary a little more than those of strangers.
    for (const { name, share } of groupsOf(population)) {
      const count = people.filter(({ group }) => group === name).length;
      expect(errorsFrom(share, count, people.length)).toBeLessThan(5);
    }
    expect(groupsOf(population).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('passes about as often as good light and its groups say', () => {
    const typical = new Set(subjects.filter(({ group }) => group === 'typical').flatMap((one) => one.correlationIds));
    const theirs = attempts.filter(({ correlationId }) => typical.has(correlationId));

    const passed = shareOf(theirs, ({ outcome }) => outcome === 'real');

    // .895 in good light, .63 in poor; and who fails tries more often.
    expect(passed).toBeGreaterThan(0.82);
    expect(passed).toBeLessThan(0.88);
  });

  it('checks on most days where everybody checks daily, and a few times a month elsewhere', () => {
    const activeDays = (trace: Trace, { correlationIds }: Subject): number =>
      new Set(
        trace.events
          .filter(({ type, correlationId }) => type === 'session.issued' && correlationIds.includes(correlationId))
          .map(({ atMs }) => dayOf(atMs)),
      ).size;
    const daily = honestBlock({ seed: 1, population: 'daily' }, 0, 40);
    const ordinary = honestBlock({ seed: 1 }, 0, 100);

    const dailyDays = daily.subjects.map((subject) => activeDays(daily, subject));
    const ordinaryDays = ordinary.subjects
      .filter(({ group }) => group !== 'daily')
      .map((subject) => activeDays(ordinary, subject));

    expect(Math.min(...dailyDays)).toBeGreaterThanOrEqual(25);
    expect(Math.min(...ordinaryDays)).toBe(1);
    expect(Math.max(...ordinaryDays)).toBeLessThan(12);
  });

  it('leaves about one token in ten unused, and some people many in a row', () => {
    const issued = events.filter(({ type }) => type === 'session.issued').length;
    const abandoned = events.filter(({ type }) => type === 'session.abandoned');

    const perId = Map.groupBy(abandoned, ({ correlationId, atMs }) => `${correlationId} ${dayOf(atMs)}`);

    expect(abandoned.length / issued).toBeGreaterThan(0.07);
    expect(abandoned.length / issued).toBeLessThan(0.14);
    expect([...perId.values()].some(({ length }) => length >= 4)).toBe(true);
  });

  it('sleeps at night', () => {
    const atNight = attempts.filter(({ atMs }) => atMs % MS_PER_DAY < 5 * MS_PER_HOUR).length;

    // Five of the 137 weights of the day.
    expect(errorsFrom(5 / 137, atNight, attempts.length)).toBeLessThan(6);
  });

  it('has families, a kiosk, second devices and fresh identifiers', () => {
    const ids = idsPerDevice(events);
    const devices = Map.groupBy(events, ({ correlationId }) => correlationId);

    expect(ids.filter((count) => count >= 2 && count <= 4).length).toBeGreaterThan(PEOPLE * 0.02);
    expect(Math.max(...ids)).toBeGreaterThanOrEqual(20);
    expect([...devices.values()].some((own) => new Set(own.map(({ deviceKey }) => deviceKey)).size === 2)).toBe(true);
    expect(subjects.some(({ correlationIds }) => correlationIds.length === 2)).toBe(true);
  });

  it('tells of the same face only under another id, in a session that is known already', () => {
    const known = new Map<string, Set<string>>();
    let matches = 0;
    for (const event of events) {
      for (const { sessionId } of event.otherFlaggedSessions ?? []) {
        matches += 1;
        expect(sessionId.startsWith(`${event.correlationId}.`)).toBe(false);
        expect([...known.values()].some((sessions) => sessions.has(sessionId))).toBe(true);
      }
      known.set(event.correlationId, (known.get(event.correlationId) ?? new Set()).add(event.sessionId));
    }
    expect(matches).toBeGreaterThan(0);
  });

  it.each([2, 0.5])('fails about %d times as often when all rates are multiplied', (rateFactor) => {
    const changed = [...honestTraces({ seed: 1, rateFactor }, 2000)].flatMap((trace) => trace.events);

    const failing = (all: readonly TraceEvent[]): number =>
      shareOf(
        all.filter((event) => event.type === 'attempt' && event.attemptId === 1),
        (event) => event.type === 'attempt' && event.outcome !== 'real',
      );

    expect(failing(changed) / failing(events)).toBeGreaterThan(rateFactor * 0.8);
    // Somewhat more than the rates alone: after a failure people try again.
    expect(failing(changed) / failing(events)).toBeLessThan(rateFactor * 1.3);
  });

  it('fails more with one version from the hour on at which it breaks', () => {
    const fromMs = PERIOD_START_MS + 15 * MS_PER_DAY;
    const failingVersion = { appVersion: '5.1.1', fromMs };

    const after = [...honestTraces({ seed: 1, failingVersion }, 2000)]
      .flatMap((trace) => trace.events)
      .filter((event) => event.type === 'attempt' && event.atMs >= fromMs + MS_PER_HOUR);
    const failing = (all: readonly TraceEvent[]): number =>
      shareOf(all, (event) => event.type === 'attempt' && ['uncertain', 'technical'].includes(event.outcome));
    const broken = failing(after.filter(({ appVersion }) => appVersion === '5.1.1'));
    const others = failing(after.filter(({ appVersion }) => appVersion !== '5.1.1'));

    expect(broken / others).toBeGreaterThan(2);
  });

  it('gives every session an id of its own where the integration does', () => {
    const trace = honestBlock({ seed: 1, identifiers: 'per-session' }, 0, 50);

    const sessions = new Set(trace.events.map(({ sessionId }) => sessionId));
    const ids = new Set(trace.events.map(({ correlationId }) => correlationId));

    expect(ids.size).toBe(sessions.size);
    expect(faultsOf(trace)).toEqual([]);
  });

  it('gives all devices one id where the integration does', () => {
    const trace = honestBlock({ seed: 1, identifiers: 'shared' }, 0, 50);

    expect(new Set(trace.events.map(({ correlationId }) => correlationId)).size).toBe(1);
    expect(idsPerDevice(trace.events).length).toBeGreaterThan(15);
  });
});

describe('disturb', () => {
  it('delivers every event at least once, in another order, a few of them twice', () => {
    const trace = traces[0]!;

    const delivered = disturb(trace, new Random(1));

    const keysOf = (all: readonly TraceEvent[]): Set<string> => new Set(all.map(eventKey));
    const extra = delivered.length - trace.events.length;
    expect(keysOf(delivered)).toEqual(keysOf(trace.events));
    expect(errorsFrom(0.03, extra, trace.events.length)).toBeLessThan(3.5);
    expect(delivered.slice(0, 20)).not.toEqual(trace.events.slice(0, 20));
  });
});

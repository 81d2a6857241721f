import type { Outcome } from '../../../shared/domain/events.ts';
import {
  type CustomerWatch,
  identifierIncidentOpen,
  newWatch,
  nextCloseMs,
  observe,
  openDriftIncident,
  openIncidents,
  tick,
} from '../../../shared/domain/incidents/customer-watch.ts';
import type { Incident } from '../../../shared/domain/incidents/incident.ts';
import { usualShare } from '../../../shared/domain/incidents/rate-baseline.ts';
import { compareObservations, type Observation } from '../../../shared/domain/observations.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { fc } from './support/fast-check.ts';
import { day0Ms, dayMs, hourMs, minuteMs } from './support/histories.ts';

const customerId = 'contoso';
let observed = 0;
const key = () => `observation-${String((observed += 1)).padStart(7, '0')}`;

const cleanCheck = (atMs: number, outcome: Outcome, appVersion?: string): Observation => ({
  kind: 'clean-check',
  key: key(),
  customerId,
  atMs,
  outcome,
  ...(appVersion !== undefined && { appVersion }),
});
const firstCheck = (atMs: number, outcome: Outcome): Observation => ({
  kind: 'first-check',
  key: key(),
  customerId,
  atMs,
  outcome,
});
const deviceDay = (atMs: number, newId: boolean, returning = true): Observation => ({
  kind: 'device-day',
  key: key(),
  customerId,
  atMs,
  returning,
  newId,
});
const sharedIdHour = (atMs: number, correlationId = 'shared', devices = 15): Observation => ({
  kind: 'shared-id-hour',
  key: key(),
  customerId,
  atMs,
  correlationId,
  devices,
});

/** One a minute; every `failsEach`th fails. */
const checks = (count: number, fromMs: number, what: { failsEach: number; as?: Outcome; appVersion?: string }) =>
  Array.from({ length: count }, (_, index) =>
    cleanCheck(
      fromMs + index * minuteMs,
      (index + 1) % what.failsEach === 0 ? (what.as ?? 'technical') : 'real',
      what.appVersion,
    ),
  );

const watchOf = (observations: readonly Observation[], watch = newWatch(customerId)): CustomerWatch => {
  for (const observation of observations) observe(watch, observation, defaultPolicy);
  return watch;
};

const openedBy = (observations: readonly Observation[]): Incident[] =>
  tick(watchOf(observations), (observations.at(-1)?.atMs ?? 0) + 1, defaultPolicy).opened;

/** Ten hours of 5 % failures: enough to know what is usual. */
const usual = checks(600, day0Ms, { failsEach: 20 });
const afterUsualMs = day0Ms + 10 * hourMs;

const breadthFirstOpen = (watch: CustomerWatch): boolean =>
  openIncidents(watch).some(({ pattern }) => pattern === 'incident-breadth-first');

describe('failure drift', () => {
  it('opens for a version that fails far more often than the customer’s checks usually do', () => {
    const opened = openedBy([...usual, ...checks(60, afterUsualMs, { failsEach: 2, appVersion: '2.1' })]);

    expect(opened).toEqual([
      expect.objectContaining({
        pattern: 'incident-failure-drift',
        customerId,
        appVersion: '2.1',
        failureKind: 'capture',
        limit: 15,
      }),
    ]);
    expect(opened[0]?.reason).toBe('version 2.1: 51.1 % of first checks fail, usually 5.2 %');
    expect(opened[0]?.incidentId).toBe(`incident-failure-drift:contoso:2.1:capture:${afterUsualMs + 47 * minuteMs}`);
  });

  it('tells spoof labels from failed captures', () => {
    const opened = openedBy([...usual, ...checks(60, afterUsualMs, { failsEach: 2, as: 'spoof', appVersion: '2.1' })]);

    expect(opened.map(({ failureKind, reason }) => [failureKind, reason])).toEqual([
      ['spoof', expect.stringMatching(/^version 2.1: .* % of first checks are spoofs, usually 0.2 %$/)],
    ]);
  });

  it.each([
    ['as often as usual', [...usual, ...checks(600, afterUsualMs, { failsEach: 20, appVersion: '2.1' })]],
    ['too few times to be sure', [...usual, ...checks(39, afterUsualMs, { failsEach: 1, appVersion: '2.1' })]],
    ['while nobody knows what is usual', checks(190, day0Ms, { failsEach: 2, appVersion: '2.1' })],
    [
      'that are fewer than usual, where nearly everything fails',
      [...checks(600, day0Ms, { failsEach: 1 }), ...checks(60, afterUsualMs, { failsEach: 100, appVersion: '2.1' })],
    ],
    ['under an unknown version', [...usual, ...checks(100, afterUsualMs, { failsEach: 1 })]],
  ])('stays closed for failures %s', (_case, observations) => {
    expect(openedBy(observations)).toEqual([]);
  });

  it('leaves the hours of the version out of what is usual while its incident is open', () => {
    const failing = (count: number) => checks(count, afterUsualMs, { failsEach: 2, appVersion: '2.1' });
    const watch = watchOf([...usual, ...failing(100), cleanCheck(afterUsualMs + 5 * hourMs, 'real')]);

    expect(watch.drift.capture.baseline.failures).toBeLessThan(30.1);
    expect(openDriftIncident(watch, '2.1')).toBeDefined();
    expect(openDriftIncident(watch, '2.0')).toBeUndefined();
  });

  const mended = checks(600, afterUsualMs + 2 * hourMs, { failsEach: 1000, appVersion: '2.1' });
  const failedAndMended = [...usual, ...checks(60, afterUsualMs, { failsEach: 1, appVersion: '2.1' }), ...mended];

  it('closes some hours after its sum is back at 0', () => {
    const watch = watchOf(failedAndMended);
    const { openedAtMs } = openDriftIncident(watch, '2.1') as Incident;
    const closesAtMs = nextCloseMs(watch, defaultPolicy) as number;

    expect(tick(watch, closesAtMs - 1, defaultPolicy).closed).toEqual([]);
    expect(tick(watch, closesAtMs, defaultPolicy).closed).toEqual([
      expect.objectContaining({ pattern: 'incident-failure-drift', openedAtMs, closedAtMs: closesAtMs }),
    ]);
    expect(openDriftIncident(watch, '2.1')).toBeUndefined();
    expect(nextCloseMs(watch, defaultPolicy)).toBeUndefined();
  });

  it('stays open when the trouble comes back before it closes', () => {
    const again = checks(60, afterUsualMs + 12 * hourMs, { failsEach: 1, appVersion: '2.1' });
    const watch = watchOf([...failedAndMended, ...again]);

    expect(tick(watch, afterUsualMs + dayMs, defaultPolicy)).toEqual({
      opened: [expect.objectContaining({ appVersion: '2.1' })],
      closed: [],
    });
  });

  it('closes when the version is no longer used', () => {
    const watch = watchOf([...usual, ...checks(60, afterUsualMs, { failsEach: 1, appVersion: '2.1' })]);

    const { closed } = tick(watch, afterUsualMs + 8 * dayMs, defaultPolicy);

    expect(closed).toEqual([expect.objectContaining({ closedAtMs: afterUsualMs + 59 * minuteMs + 7 * dayMs })]);
  });

  it('does not add up failures that lie a week without a check apart', () => {
    const half = (fromMs: number) => checks(22, fromMs, { failsEach: 1, appVersion: '2.1' });
    const known = checks(6000, day0Ms, { failsEach: 20 });
    const knownMs = day0Ms + 100 * hourMs;

    expect(openedBy([...known, ...half(knownMs), ...half(knownMs + hourMs)])).toHaveLength(1);
    expect(openedBy([...known, ...half(knownMs), ...half(knownMs + 8 * dayMs)])).toEqual([]);
  });

  it('learns anew what is usual when too little of it is left to compare with', () => {
    const lasting = checks(12_000, afterUsualMs, { failsEach: 2, appVersion: '2.1' }).map((check, index) => ({
      ...check,
      atMs: afterUsualMs + index * 5 * minuteMs,
    }));
    const watch = watchOf([...usual, ...lasting]);

    const { opened, closed } = tick(watch, lasting.at(-1)?.atMs ?? 0, defaultPolicy);

    expect(opened).toHaveLength(1);
    expect(closed.map(({ incidentId }) => incidentId)).toEqual([opened[0]?.incidentId]);
    expect(usualShare(watch.drift.capture.baseline)).toBeCloseTo(0.5, 1);
  });

  it('forgets half of what is usual in a week', () => {
    const watch = watchOf([...usual, cleanCheck(afterUsualMs + 7 * dayMs, 'real')]);

    expect(watch.drift.capture.baseline.checks).toBeCloseTo(
      Array.from({ length: 10 }, (_, hour) => 60 * 2 ** (-(7 * 24 + 10 - hour) / 168)).reduce((a, b) => a + b),
      9,
    );
  });

  it('follows a limited number of versions', () => {
    const everyBuild = Array.from({ length: 300 }, (_, index) =>
      cleanCheck(afterUsualMs + index * minuteMs, 'technical', `build-${index}`),
    );

    expect(watchOf([...usual, ...everyBuild]).drift.capture.versions).toHaveLength(100);
  });
});

/** A small generator (Marsaglia's xorshift): the same numbers everywhere. */
const chanceFrom = (seed: number) => () => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
};

describe('breadth-first', () => {
  const HONEST_SPOOF_SHARE = 0.016;
  const honest = (chance: () => number): Outcome => (chance() < HONEST_SPOOF_SHARE ? 'spoof' : 'real');

  it('opens within forty spoof labels when a tenth of the first checks are attacks', () => {
    const spoofsNeeded = Array.from({ length: 100 }, (_, run) => {
      const chance = chanceFrom(run + 1);
      for (let warmUp = 0; warmUp < 20; warmUp += 1) chance();
      const watch = newWatch(customerId);
      let atMs = day0Ms;
      for (let check = 0; check < 1000; check += 1) {
        observe(watch, firstCheck((atMs += minuteMs), honest(chance)), defaultPolicy);
      }
      let spoofs = 0;
      while (!breadthFirstOpen(watch)) {
        const outcome = chance() < 0.1 ? (chance() < 0.74 ? 'spoof' : 'uncertain') : honest(chance);
        if (outcome === 'spoof') spoofs += 1;
        observe(watch, firstCheck((atMs += minuteMs), outcome), defaultPolicy);
      }
      return spoofs;
    }).sort((a, b) => a - b);

    expect(spoofsNeeded[50]).toBeLessThanOrEqual(40);
  });

  it('stays closed for two hundred thousand honest first checks', () => {
    const chance = chanceFrom(20_260_301);
    const watch = newWatch(customerId);

    for (let check = 0; check < 200_000; check += 1) {
      observe(watch, firstCheck(day0Ms + check * 20_000, honest(chance)), defaultPolicy);
    }

    expect(openIncidents(watch)).toEqual([]);
    expect(watch.changes.opened).toEqual([]);
  });

  it('leaves hours of an attack out of what is usual', () => {
    const attack = Array.from({ length: 40 }, (_, index) => firstCheck(day0Ms + index * minuteMs, 'spoof'));

    const { baseline } = watchOf([...attack, firstCheck(day0Ms + hourMs, 'real')]).breadthFirst;

    expect(baseline.failures).toBe(0);
  });

  it('does not add up attacks that lie a week without a check apart', () => {
    const attack = (fromMs: number) => Array.from({ length: 15 }, (_, index) => firstCheck(fromMs + index, 'spoof'));

    expect(openedBy([...attack(day0Ms), ...attack(day0Ms + hourMs)])).toHaveLength(1);
    expect(openedBy([...attack(day0Ms), ...attack(day0Ms + 8 * dayMs)])).toEqual([]);
  });

  it('says what it saw, and closes when it is over', () => {
    const attack = Array.from({ length: 30 }, (_, index) => firstCheck(day0Ms + index * minuteMs, 'spoof'));
    const calm = Array.from({ length: 2000 }, (_, index) => firstCheck(day0Ms + hourMs + index * minuteMs, 'real'));
    const watch = watchOf(attack);
    const [opened] = tick(watch, day0Ms + hourMs, defaultPolicy).opened;

    watchOf(calm, watch);
    const { closed } = tick(watch, day0Ms + 3 * dayMs, defaultPolicy);

    expect(opened?.reason).toBe('100 % of first checks of new identifiers are spoofs, usually 1.6 %');
    expect(closed.map(({ incidentId }) => incidentId)).toEqual([opened?.incidentId]);
    expect(breadthFirstOpen(watch)).toBe(false);
  });
});

describe('an identifier for every session', () => {
  const devices = (day: number, count: number, underNewId: number): Observation[] =>
    Array.from({ length: count }, (_, index) =>
      deviceDay(day0Ms + day * dayMs + hourMs + index * minuteMs, index < underNewId),
    );

  it.each([
    ['19 returning devices', devices(0, 19, 19), false],
    ['20 returning devices, half of them under new ids', devices(0, 20, 10), true],
    ['20 returning devices, fewer than half under new ids', devices(0, 20, 9).reverse(), false],
    ['10 devices on each of two days', [...devices(0, 10, 10), ...devices(1, 10, 10)], false],
    ['new devices only', devices(0, 40, 40).map((day) => ({ ...day, returning: false })), false],
  ])('is judged from %s', (_case, observations, opens) => {
    const watch = watchOf([...observations].sort(compareObservations));

    expect(identifierIncidentOpen(watch)).toBe(opens);
  });

  it('closes six hours after a good day', () => {
    const watch = watchOf([...devices(0, 20, 20), ...devices(1, 20, 2)]);
    const closesAtMs = day0Ms + 2 * dayMs + 6 * hourMs;

    expect(tick(watch, closesAtMs - 1, defaultPolicy)).toEqual({ opened: [expect.anything()], closed: [] });
    expect(tick(watch, closesAtMs, defaultPolicy).closed).toEqual([
      expect.objectContaining({ pattern: 'incident-correlation-id-per-session', closedAtMs: closesAtMs }),
    ]);
  });

  it('stays open when a quiet day follows, or a bad one before it closes', () => {
    const bad = devices(2, 20, 20);
    const quiet = watchOf([...devices(0, 20, 20), ...devices(1, 5, 0)]);
    const badAgain = watchOf([...devices(0, 20, 20), ...devices(1, 20, 2), ...bad]);

    expect(tick(quiet, day0Ms + 4 * dayMs, defaultPolicy).closed).toEqual([]);
    expect(tick(badAgain, day0Ms + 4 * dayMs, defaultPolicy).closed).toEqual([]);
  });
});

describe('an identifier that many devices share', () => {
  it('opens once, and closes six hours after the hour in which it was last used', () => {
    const watch = watchOf([sharedIdHour(day0Ms), sharedIdHour(day0Ms + 2 * hourMs + minuteMs)]);

    const { opened, closed } = tick(watch, day0Ms + 9 * hourMs - 1, defaultPolicy);

    expect(opened).toEqual([expect.objectContaining({ correlationId: 'shared', statistic: 15, limit: 15 })]);
    expect(closed).toEqual([]);
    expect(tick(watch, day0Ms + 9 * hourMs, defaultPolicy).closed).toHaveLength(1);
    expect(identifierIncidentOpen(watch)).toBe(false);
  });

  it('has a limited number of open incidents', () => {
    const all = Array.from({ length: 200 }, (_, index) => sharedIdHour(day0Ms + index, `shared-${index}`));

    expect(openIncidents(watchOf(all))).toHaveLength(100);
  });
});

describe('a watch', () => {
  /** Coarse times, so that ties and gaps come up; runs of one kind, so that incidents do. */
  const anyRun: fc.Arbitrary<Observation[]> = fc
    .record({
      atMs: fc.nat({ max: 15 * 24 }).map((hour) => day0Ms + hour * hourMs),
      count: fc.integer({ min: 1, max: 80 }),
      make: fc.constantFrom<(atMs: number) => Observation>(
        (atMs) => cleanCheck(atMs, 'technical', '2.1'),
        (atMs) => cleanCheck(atMs, 'real', '2.1'),
        (atMs) => cleanCheck(atMs, 'spoof', '2.0'),
        (atMs) => firstCheck(atMs, 'spoof'),
        (atMs) => firstCheck(atMs, 'real'),
        (atMs) => deviceDay(atMs, true),
        (atMs) => deviceDay(atMs, false),
        (atMs) => sharedIdHour(atMs),
      ),
    })
    .map(({ atMs, count, make }) => Array.from({ length: count }, (_, index) => make(atMs + index * minuteMs)));
  const anyObservations = fc
    .array(anyRun, { maxLength: 12 })
    .map((runs) => [...usual, ...runs.flat()].sort(compareObservations));
  const endMs = day0Ms + 40 * dayMs;

  it('opens and closes the same whenever it is looked at, stored in between or not', () => {
    const anyTicks = fc.array(fc.nat({ max: 20 * 24 * 60 }), { maxLength: 20 });

    fc.assert(
      fc.property(anyObservations, anyTicks, (observations, minutes) => {
        const once = watchOf(observations);
        const { opened, closed } = tick(once, endMs, defaultPolicy);

        let watch = newWatch(customerId);
        const seen: { opened: Incident[]; closed: Incident[] } = { opened: [], closed: [] };
        const lookAt = (nowMs: number): void => {
          const changes = tick(watch, nowMs, defaultPolicy);
          seen.opened.push(...changes.opened);
          seen.closed.push(...changes.closed);
          watch = JSON.parse(JSON.stringify(watch)) as CustomerWatch;
        };
        const ticks = minutes.map((minute) => day0Ms + minute * minuteMs).sort((a, b) => a - b);
        for (const observation of observations) {
          while ((ticks[0] ?? Infinity) < observation.atMs) lookAt(ticks.shift() as number);
          observe(watch, observation, defaultPolicy);
        }
        lookAt(endMs);

        const idsOf = (incidents: readonly Incident[]) => incidents.map(({ incidentId }) => incidentId);
        const endsOf = (incidents: readonly Incident[]) =>
          incidents.map(({ incidentId, closedAtMs }) => `${incidentId} ${closedAtMs ?? ''}`).sort();
        expect(idsOf(seen.opened)).toEqual(idsOf(opened));
        expect(endsOf(seen.closed)).toEqual(endsOf(closed));
      }),
      { numRuns: 60 },
    );
  });

  it('knows when it has to be looked at: a tick before changes nothing, and it comes to rest', () => {
    fc.assert(
      fc.property(anyObservations, (observations) => {
        const watch = watchOf(observations);
        tick(watch, watch.newestAtMs, defaultPolicy);

        for (
          let next = nextCloseMs(watch, defaultPolicy);
          next !== undefined;
          next = nextCloseMs(watch, defaultPolicy)
        ) {
          if (next > watch.newestAtMs) expect(tick(watch, next - 1, defaultPolicy).closed).toEqual([]);
          tick(watch, next, defaultPolicy);
        }

        expect(openIncidents(watch).every(({ pattern }) => pattern === 'incident-correlation-id-per-session')).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('counts what comes late at the moment of the newest', () => {
    const watch = watchOf([...usual, cleanCheck(day0Ms, 'technical', '2.1')]);

    expect(watch.newestAtMs).toBe(usual.at(-1)?.atMs);
    expect(watch.drift.capture.versions[0]?.lastCheckAtMs).toBe(watch.newestAtMs);
  });
});

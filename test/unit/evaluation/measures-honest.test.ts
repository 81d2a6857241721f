import { asShipped } from '../../../evaluation/measures/as-shipped.ts';
import { deviceUseOf } from '../../../evaluation/measures/device-use.ts';
import { falseIncidents } from '../../../evaluation/measures/false-incidents.ts';
import { rateOf } from '../../../evaluation/measures/rate.ts';
import { reviewerLoad } from '../../../evaluation/measures/reviewer-load.ts';
import { attackTraces } from '../../../evaluation/adversaries/attack-traces.ts';
import { reviewerFlooding } from '../../../evaluation/adversaries/reviewer-flooding.ts';
import { honestTraces } from '../../../evaluation/population/honest-traces.ts';
import type { Trace } from '../../../evaluation/trace.ts';
import { judgesEverybody, judgesNobody } from './support/rigged-policies.ts';

const options = { seed: 5, population: 'ordinary', people: 700 } as const;

/** How the attempts of each id ended. */
const outcomesOf = (traces: Iterable<Trace>): Map<string, Set<string>> => {
  const outcomes = new Map<string, Set<string>>();
  for (const event of [...traces].flatMap(({ events }) => events)) {
    const ofId = outcomes.get(event.correlationId) ?? new Set();
    if (event.type === 'attempt') ofId.add(event.outcome);
    outcomes.set(event.correlationId, ofId);
  }
  return outcomes;
};

describe('the policy as shipped', () => {
  it('flags every id with a spoof and pauses every other one with a failure when everybody crosses', () => {
    const outcomes = [...outcomesOf(honestTraces(options, options.people)).values()];
    const withSpoof = outcomes.filter((ofId) => ofId.has('spoof')).length;
    const withFailure = outcomes.filter((ofId) => [...ofId].some((outcome) => outcome !== 'real')).length;

    const { all, byPattern } = asShipped({ ...options, policy: judgesEverybody });

    expect(all.ids).toBe(outcomes.length);
    expect(all.flagged).toMatchObject({ count: withSpoof, of: outcomes.length });
    expect(all.paused).toMatchObject({ count: withFailure - withSpoof, of: outcomes.length });
    const flaggedByPattern = byPattern.filter(({ pattern }) => !pattern.startsWith('pause-'));
    expect(flaggedByPattern.reduce((sum, { ids }) => sum + ids.count, 0)).toBeGreaterThanOrEqual(withSpoof);
  });

  it('counts every id in one group and in one use of devices', () => {
    const { all, byGroup, byDeviceUse } = asShipped({ ...options, policy: judgesEverybody });

    for (const parts of [byGroup, byDeviceUse]) {
      expect(parts.reduce((sum, { ids }) => sum + ids, 0)).toBe(all.ids);
      expect(parts.reduce((sum, { flagged }) => sum + flagged.count, 0)).toBe(all.flagged.count);
      expect(parts.reduce((sum, { paused }) => sum + paused.count, 0)).toBe(all.paused.count);
    }
    expect(new Set(byDeviceUse.map(({ use }) => use))).toEqual(
      new Set(['own device', 'two devices', 'family', 'kiosk']),
    );
  });

  it('makes no case of anybody when nobody crosses', () => {
    const { all, byPattern, flagCases, pauseCases } = asShipped({ ...options, policy: judgesNobody });

    expect([all.flagged.count, all.paused.count, flagCases.count, pauseCases.count]).toEqual([0, 0, 0, 0]);
    expect(byPattern).toEqual([]);
    expect(all.flagged.high).toBeGreaterThan(0);
  });

  it('makes fewer cases than flags and pauses, for people who share a device share a case', () => {
    const { all, flagCases, pauseCases } = asShipped({ ...options, policy: judgesEverybody });

    const verdicts = all.flagged.count + all.paused.count;
    expect(flagCases.count + pauseCases.count).toBeLessThan(verdicts);
    expect(flagCases.count + pauseCases.count).toBeGreaterThan(verdicts / 2);
  });
});

describe('the use of devices', () => {
  it('tells a kiosk from a family, and a second device from the only one', () => {
    const session = (correlationId: string, deviceKey: string) => ({
      type: 'session.abandoned' as const,
      atMs: 0,
      customerId: 'customer',
      correlationId,
      sessionId: `${correlationId}.${deviceKey}`,
      deviceKey,
    });
    const people = ['a', 'b', 'c', 'd', 'e', 'mother', 'child', 'alone', 'rich'];
    const trace: Trace = {
      events: [
        ...['a', 'b', 'c', 'd', 'e'].map((id) => session(id, 'counter')),
        ...['mother', 'child'].map((id) => session(id, 'tablet')),
        session('alone', 'phone'),
        session('rich', 'phone-1'),
        session('rich', 'phone-2'),
      ],
      subjects: people.map((id) => ({ correlationIds: [id], role: 'honest', group: 'typical', tries: [] })),
    };

    const uses = [...deviceUseOf(trace)].map(([{ correlationIds }, use]) => [correlationIds[0], use]);

    expect(Object.fromEntries(uses)).toMatchObject({
      a: 'kiosk',
      e: 'kiosk',
      mother: 'family',
      child: 'family',
      alone: 'own device',
      rich: 'two devices',
    });
  });
});

describe('the load of reviewers', () => {
  it('is one case for each device at most, although nearly every id is flagged', () => {
    const attackers = 20;
    const subjects = [...attackTraces({ seed: 3, attack: reviewerFlooding }, attackers)].flatMap(
      (trace) => trace.subjects,
    );
    const ids = subjects.reduce((sum, { correlationIds }) => sum + correlationIds.length, 0);

    const load = reviewerLoad({ seed: 3, attackers });

    expect(load.attackers).toBe(attackers);
    expect(load.idsPerAttacker).toBeCloseTo(ids / attackers);
    expect(load.flaggedIdsPerAttacker).toBeGreaterThan(0.8 * load.idsPerAttacker);
    expect(load.casesPerAttacker.max).toBeGreaterThan(1);
    expect(load.casesPerAttacker.max).toBeLessThanOrEqual(3);
  });

  it('is nothing when nobody crosses', () => {
    expect(reviewerLoad({ seed: 3, attackers: 5, policy: judgesNobody }).casesPerAttacker).toEqual({
      mean: 0,
      median: 0,
      p95: 0,
      max: 0,
    });
  });
});

describe('false incidents', () => {
  it('are found where the limits are low, and in each customer', () => {
    const { drift } = judgesNobody.patterns;
    const nervous = {
      ...judgesNobody,
      patterns: { ...judgesNobody.patterns, drift: { ...drift, openAt: 0.1, baselineChecks: 1, checksSinceZero: 0 } },
    };

    const one = falseIncidents({ seed: 8, population: 'ordinary', customers: 1, people: 400, policy: nervous });
    const two = falseIncidents({ seed: 8, population: 'ordinary', customers: 2, people: 400, policy: nervous });

    expect(one.incidents['incident-failure-drift']).toBeGreaterThan(0);
    expect(two.incidents['incident-failure-drift']).toBeGreaterThan(one.incidents['incident-failure-drift']);
    expect(two.ids).toBeGreaterThan(one.ids);
  });

  it('are not there with the limits of the default policy', () => {
    const { incidents } = falseIncidents({ seed: 8, population: 'ordinary', customers: 1, people: 1000 });

    expect(Object.values(incidents)).toEqual([0, 0, 0, 0]);
  });
});

describe('a rate', () => {
  it('tells what was counted beside its interval', () => {
    expect(rateOf(1, 4)).toMatchObject({ count: 1, of: 4, estimate: 0.25 });
  });
});

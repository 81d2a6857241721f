import { breadthFirst, falseBreadthFirstIncidents } from '../../../evaluation/measures/breadth-first.ts';
import { failingVersion } from '../../../evaluation/measures/failing-version.ts';
import { perSessionIds, sharedId } from '../../../evaluation/measures/identifier-mistakes.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { judgesEverybody, judgesNobody } from './support/rigged-policies.ts';

const withPatterns = (patterns: Partial<Policy['patterns']>, policy = defaultPolicy): Policy => ({
  ...policy,
  patterns: { ...policy.patterns, ...patterns },
});

const { breadthFirst: watched, drift, integration } = defaultPolicy.patterns;

describe('a breadth-first attack', () => {
  const options = { seed: 2, runs: 20, attackShares: [0.5], quietDays: 0, honestChecksADay: 1000 };

  it('is seen at the first spoof label when one is enough', () => {
    // One failure doubles the likelihood: ln 2 = 0.69.
    const [attack] = breadthFirst({ ...options, policy: withPatterns({ breadthFirst: { ...watched, openAt: 0.69 } }) });

    expect(attack).toMatchObject({ attackShare: 0.5, runs: 20, spoofLabelsBeforeIncident: { median: 1, max: 1 } });
    expect(attack?.attackersTriesBeforeIncident.max).toBeGreaterThan(1);
  });

  it('takes longer where it hides behind more honest checks', () => {
    const [small, large] = breadthFirst({ ...options, runs: 40, attackShares: [0.1, 0.5] });

    expect(small?.spoofLabelsBeforeIncident.median).toBeGreaterThan(
      large?.spoofLabelsBeforeIncident.median ?? Infinity,
    );
    // The sum of 15 takes at least 15 / ln 2 labels.
    expect(large?.spoofLabelsBeforeIncident.median).toBeGreaterThanOrEqual(22);
  });

  it('counts from its beginning, however long the customer is known', () => {
    const [attack] = breadthFirst({ ...options, runs: 5, quietDays: 2 });

    expect(attack?.spoofLabelsBeforeIncident.max).toBeGreaterThanOrEqual(20);
    expect(attack?.spoofLabelsBeforeIncident.max).toBeLessThan(40);
  });

  it('is never seen when the limit is out of reach', () => {
    const [attack] = breadthFirst({
      ...options,
      runs: 1,
      policy: withPatterns({ breadthFirst: { ...watched, openAt: 31 } }),
    });

    expect(attack?.spoofLabelsBeforeIncident).toEqual({ median: Infinity, p95: Infinity, max: Infinity });
  });
});

describe('false breadth-first incidents', () => {
  const options = { seed: 2, checks: 5000, honestChecksADay: 2000 };

  it('are counted', () => {
    const nervous = withPatterns({ breadthFirst: { ...watched, openAt: 0.69, closeAfterHours: 0 } });

    expect(falseBreadthFirstIncidents({ ...options, policy: nervous }).incidents).toBeGreaterThan(10);
  });

  it('are none with the default policy', () => {
    expect(falseBreadthFirstIncidents(options)).toEqual({ checks: 5000, incidents: 0 });
  });
});

describe('a failing version', () => {
  const options = { seed: 4, customers: 2, people: 700, failingDays: 15 };

  it('opens one incident each, after so many clean checks as the policy wants at least', () => {
    const result = failingVersion(options);

    expect(result.incidentsOfVersion).toBe(2);
    expect(result.incidentsOfOtherVersions).toBe(0);
    expect(result.cleanChecksToIncident.median).toBeGreaterThanOrEqual(drift.checksSinceZero / 2);
    expect(result.hoursToIncident.max).toBeGreaterThan(0);
    expect(result.hoursToIncident.max).toBeLessThan(10 * 24);
  });

  it('opens none when the limit is out of reach', () => {
    const result = failingVersion({
      ...options,
      customers: 1,
      policy: withPatterns({ drift: { ...drift, openAt: 31 } }),
    });

    expect(result.incidentsOfVersion).toBe(0);
    expect(result.hoursToIncident.median).toBe(Infinity);
    expect(result.cleanChecksToIncident.median).toBe(Infinity);
  });

  it('counts its users apart from all others, and more of them fail', () => {
    const nobody = failingVersion({ ...options, customers: 1, policy: judgesNobody });
    const everybody = failingVersion({ ...options, customers: 1, policy: judgesEverybody });

    expect(nobody.users.flagged.count + nobody.others.flagged.count).toBe(0);
    expect(everybody.users.ids + everybody.others.ids).toBeGreaterThanOrEqual(690);
    expect(everybody.users.paused.estimate).toBeGreaterThan(everybody.others.paused.estimate);
  });
});

describe('identifiers made for each session', () => {
  it('open an incident on the second day at the earliest', () => {
    const result = perSessionIds({ seed: 6, people: 500 });

    expect(result.incidents).toBe(1);
    expect(result.hoursToIncident).toBeGreaterThan(24);
    expect(result.sessionsToIncident).toBeGreaterThan(integration.returningDevices);
    expect(result.ids.ids).toBeGreaterThan(result.sessionsToIncident);
  });

  it('open it the sooner the fewer devices are enough', () => {
    const usual = perSessionIds({ seed: 6, people: 300 });
    const nervous = perSessionIds({
      seed: 6,
      people: 300,
      policy: withPatterns({ integration: { ...integration, returningDevices: 1 } }),
    });

    expect(nervous.sessionsToIncident).toBeLessThan(usual.sessionsToIncident);
  });

  it('never open it when no number of devices is enough', () => {
    const blind = withPatterns({ integration: { ...integration, returningDevices: 1e9 } });

    expect(perSessionIds({ seed: 6, people: 100, policy: blind })).toMatchObject({
      incidents: 0,
      sessionsToIncident: Infinity,
      hoursToIncident: Infinity,
    });
  });
});

describe('one identifier for many people', () => {
  it.each([3, 15])('opens an incident when it was seen on %i devices', (devicesOfOneId) => {
    const policy = withPatterns({ integration: { ...integration, devicesOfOneId } });

    const { devicesToIncident, incidents } = sharedId({ seed: 6, people: 100, policy });

    expect(incidents).toBeGreaterThan(0);
    // One more may ask until the tick that brings the incident to light.
    expect(devicesToIncident - devicesOfOneId).toBeLessThanOrEqual(1);
    expect(devicesToIncident).toBeGreaterThanOrEqual(devicesOfOneId);
  });
});

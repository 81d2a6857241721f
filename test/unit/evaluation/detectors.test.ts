import { auth0BruteForce } from '../../../evaluation/detectors/auth0-brute-force.ts';
import { cusum } from '../../../evaluation/detectors/cusum.ts';
import { decayedLogLikelihood } from '../../../evaluation/detectors/decayed-log-likelihood.ts';
import { decayedScore } from '../../../evaluation/detectors/decayed-score.ts';
import { detectorOf } from '../../../evaluation/detectors/detector-of.ts';
import { entraSmartLockout } from '../../../evaluation/detectors/entra-smart-lockout.ts';
import { gcra } from '../../../evaluation/detectors/gcra.ts';
import { keycloakBruteForce } from '../../../evaluation/detectors/keycloak-brute-force.ts';
import { loginGovTries } from '../../../evaluation/detectors/login-gov-tries.ts';
import { nistConsecutiveFailures } from '../../../evaluation/detectors/nist-consecutive-failures.ts';
import * as outcomeRates from '../../../evaluation/detectors/outcome-rates.ts';
import { peers } from '../../../evaluation/detectors/peers.ts';
import { rekognitionRecommendations } from '../../../evaluation/detectors/rekognition-recommendations.ts';
import type { Rule } from '../../../evaluation/detectors/rule.ts';
import { slidingDayCount } from '../../../evaluation/detectors/sliding-day-count.ts';
import { spoofDayCount } from '../../../evaluation/detectors/spoof-day-count.ts';
import { twoBucketHour } from '../../../evaluation/detectors/two-bucket-hour.ts';
import { watchTrace } from '../../../evaluation/detectors/watch-trace.ts';
import type { Subject, TraceEvent } from '../../../evaluation/trace.ts';
import type { Outcome } from '../../../shared/domain/events.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const startMs = Date.UTC(2026, 0, 5);

interface AttemptMade {
  outcome?: Outcome;
  afterMs?: number;
  id?: string;
  device?: string;
}

const anAttempt = ({ outcome = 'spoof', afterMs = 0, id = 'someone', device }: AttemptMade = {}): TraceEvent => ({
  type: 'attempt',
  atMs: startMs + afterMs,
  customerId: 'customer',
  correlationId: id,
  sessionId: `${id}.${afterMs}`,
  attemptId: 1,
  outcome,
  ...(device !== undefined && { deviceKey: device }),
});

const aToken = (id: string, afterMs: number): TraceEvent => ({
  type: 'session.issued',
  atMs: startMs + afterMs,
  customerId: 'customer',
  correlationId: id,
  sessionId: `${id}.${afterMs}`,
  attemptsAllowed: 1,
  tokenTtlSeconds: 600,
});

const statistics = (rule: Rule, attempts: readonly AttemptMade[], by: 'id' | 'device' = 'id'): number[] => {
  const run = detectorOf(rule, by).start();
  return attempts.map((attempt) => run.see(anAttempt(attempt)));
};

const evenly = (gapMs: number, outcomes: readonly Outcome[]): AttemptMade[] =>
  outcomes.map((outcome, index) => ({ outcome, afterMs: index * gapMs }));

const mixed: readonly Outcome[] = ['spoof', 'uncertain', 'real', 'technical', 'spoof'];

describe('a rule that counts', () => {
  it.each<{ rule: Rule; attempts: AttemptMade[]; expected: number[] }>([
    { rule: nistConsecutiveFailures, attempts: evenly(day, mixed), expected: [1, 2, 0, 1, 2] },
    { rule: rekognitionRecommendations, attempts: evenly(minute, mixed), expected: [1, 2, 0, 2, 2] },
    { rule: auth0BruteForce, attempts: evenly(10 * day, mixed), expected: [1, 2, 0, 2, 2] },
    { rule: keycloakBruteForce, attempts: evenly(12 * hour, mixed), expected: [1, 2, 0, 1, 2] },
    { rule: keycloakBruteForce, attempts: evenly(12 * hour + 1, ['spoof', 'spoof', 'spoof']), expected: [1, 1, 1] },
    { rule: loginGovTries, attempts: evenly(6 * hour - 1, mixed), expected: [1, 2, 3, 4, 5] },
    { rule: loginGovTries, attempts: evenly(6 * hour, mixed), expected: [1, 1, 1, 1, 1] },
    { rule: slidingDayCount, attempts: evenly(8 * hour, mixed), expected: [1, 2, 0, 2, 2] },
    { rule: spoofDayCount, attempts: evenly(hour, mixed), expected: [1, 0, 0, 0, 2] },
    { rule: spoofDayCount, attempts: evenly(6 * hour, mixed), expected: [1, 0, 0, 0, 1] },
  ])('$rule.name: $expected', ({ rule, attempts, expected }) => {
    const seen = statistics(rule, attempts);

    expect(seen).toEqual(expected);
  });

  it('Entra: counts familiar and unfamiliar devices apart, and a pass clears the kind it came from', () => {
    const attempts: AttemptMade[] = [
      { outcome: 'spoof', device: 'own' },
      { outcome: 'real', device: 'own' },
      { outcome: 'technical', device: 'own' },
      { outcome: 'spoof', device: 'strange' },
      { outcome: 'spoof', device: 'other' },
      { outcome: 'spoof', device: 'own' },
      { outcome: 'real', device: 'own' },
      { outcome: 'spoof', device: 'own' },
      { outcome: 'spoof', device: 'strange' },
    ];

    const seen = statistics(entraSmartLockout, attempts);

    expect(seen).toEqual([1, 0, 1, 1, 2, 2, 0, 1, 3]);
  });
});

describe('a rule that fades', () => {
  it('decayed score: halves in 12 hours and adds by weight', () => {
    const seen = statistics(decayedScore, evenly(12 * hour, mixed));

    // 1; .5 + .5; a pass; 1 / 4 + .25; .5 / 2 + 1
    expect(seen).toEqual([1, 1, 0, 0.5, 1.25]);
  });

  it('two buckets: takes from the last hour what is still within 60 minutes', () => {
    const attempts = [0, 30, 75, 120, 300].map((minutes) => ({ afterMs: minutes * minute }));

    const seen = statistics(twoBucketHour, attempts);

    // 75 min: 1 and three quarters of 2; 120 min: 1 and all of 1; 300 min: the last hour was empty
    expect(seen).toEqual([1, 2, 2.5, 2, 1]);
  });

  it('GCRA: leaks one failure an hour and never falls below empty', () => {
    const attempts = [0, 0, 30, 90, 600].map((minutes) => ({ afterMs: minutes * minute }));

    const seen = statistics(gcra, attempts);

    expect(seen).toEqual([1, 2, 2.5, 2.5, 1]);
  });
});

describe('a rule that weighs likelihoods', () => {
  const { attack, usualUser } = outcomeRates;

  it('CUSUM: adds logarithms, and passes take it back to 0 but not below', () => {
    const spoof = Math.log(attack.spoof / usualUser.spoof);
    const pass = Math.log(attack.real / usualUser.real);

    const seen = statistics(cusum, evenly(minute, ['real', 'real', 'spoof', 'spoof', 'real', 'spoof']));

    expect(seen).toEqual([0, 0, spoof, 2 * spoof, 0, expect.closeTo(3 * spoof + pass, 12)]);
  });

  it('mixture: one spoof is weighed by both sides’ mixtures', () => {
    const seen = statistics(decayedLogLikelihood, [{ outcome: 'spoof' }]);

    // (.5 × .6 + .5 × .3) / (.85 × .02 + .15 × .05)
    expect(seen).toEqual([expect.closeTo(Math.log(0.45 / 0.0245), 12)]);
  });

  it('mixture: a spoof counts half after 7 days', () => {
    const seen = statistics(decayedLogLikelihood, [{ outcome: 'spoof' }, { outcome: 'spoof', afterMs: 7 * day }]);

    const abuse = 0.5 * 0.6 ** 1.5 + 0.5 * 0.3 ** 1.5;
    const honest = 0.85 * 0.02 ** 1.5 + 0.15 * 0.05 ** 1.5;
    expect(seen[1]).toBeCloseTo(Math.log(abuse / honest), 12);
  });

  it.each(Object.entries(outcomeRates))('the rates of %s add up to 1', (_profile, rates) => {
    const sum = Object.values(rates).reduce((total, rate) => total + rate, 0);

    expect(sum).toBeCloseTo(1, 12);
  });
});

describe('whose attempts are counted together', () => {
  const attempts: AttemptMade[] = [
    { id: 'a', device: 'phone' },
    { id: 'b', device: 'phone' },
    { id: 'b', device: 'tablet' },
    { id: 'b' },
    { id: 'c' },
  ];

  it('by id: those of the correlation id, on whatever device', () => {
    expect(statistics(slidingDayCount, attempts, 'id')).toEqual([1, 1, 2, 3, 1]);
  });

  it('by device: those of the device, or of the correlation id where the device is unknown', () => {
    expect(statistics(slidingDayCount, attempts, 'device')).toEqual([1, 2, 1, 1, 1]);
  });

  it('does not take an id for a device of the same name', () => {
    expect(statistics(slidingDayCount, [{ id: 'x' }, { id: 'y', device: 'x' }], 'device')).toEqual([1, 1]);
  });

  it('judges nobody for a token', () => {
    const run = detectorOf(loginGovTries, 'id').start();

    const seen = [anAttempt(), aToken('someone', minute), anAttempt({ afterMs: 2 * minute })].map((e) => run.see(e));

    expect(seen).toEqual([1, 0, 2]);
  });
});

describe('the list of peers', () => {
  it('holds each rule by id and by device, under names of their own', () => {
    const names = new Set(peers.map(({ name }) => name));

    expect(names.size).toBe(peers.length);
    expect(peers.filter(({ by }) => by === 'device')).toHaveLength(peers.length / 2);
  });

  it.each(peers)('$name flags an attacker who never stops, as shipped', (detector) => {
    const run = detector.start();
    const attempts = Array.from({ length: 100 }, (_, index) => anAttempt({ afterMs: index * second, device: 'phone' }));

    const largest = Math.max(...attempts.map((attempt) => run.see(attempt)));

    expect(largest).toBeGreaterThanOrEqual(detector.shipped);
  });

  it.each(peers)('$name lets one failure between passes go, as shipped', (detector) => {
    const run = detector.start();
    const outcomes: Outcome[] = ['real', 'real', 'technical', 'real'];

    const largest = Math.max(...evenly(day, outcomes).map((attempt) => run.see(anAttempt(attempt))));

    expect(largest).toBeLessThan(detector.shipped);
  });
});

describe('watching a trace', () => {
  const attacker = (correlationIds: string[], tries: number[]): Subject => ({
    correlationIds,
    role: 'attacker',
    group: 'id-rotation',
    passChance: 0.01,
    tries,
  });

  it('keeps the largest statistic of each correlation id', () => {
    const events = [
      anAttempt({ id: 'a' }),
      anAttempt({ id: 'a', afterMs: minute }),
      anAttempt({ id: 'b', afterMs: 2 * minute, outcome: 'real' }),
      anAttempt({ id: 'a', afterMs: day }),
    ];

    const { maxima } = watchTrace(detectorOf(rekognitionRecommendations, 'id'), { events, subjects: [] });

    expect([...maxima]).toEqual([
      ['a', 2],
      ['b', 0],
    ]);
  });

  it('tells what an attacker with several ids has reached after each try', () => {
    const events = [
      anAttempt({ id: 'first', afterMs: 0, outcome: 'technical' }),
      anAttempt({ id: 'first', afterMs: minute }),
      anAttempt({ id: 'bystander', afterMs: minute }),
      anAttempt({ id: 'second', afterMs: 2 * minute }),
      anAttempt({ id: 'second', afterMs: 3 * minute }),
      anAttempt({ id: 'second', afterMs: 4 * minute }),
    ];

    const { attacks } = watchTrace(detectorOf(slidingDayCount, 'id'), {
      events,
      subjects: [attacker(['first', 'second'], [1, 3, 4, 5])],
    });

    expect(attacks.map(({ maximumAfterTries }) => [...maximumAfterTries])).toEqual([[1, 2, 2, 2, 3]]);
    expect([...(attacks[0]?.triedAtMs ?? [])]).toEqual([1, 2, 3, 4].map((minutes) => startMs + minutes * minute));
  });
});

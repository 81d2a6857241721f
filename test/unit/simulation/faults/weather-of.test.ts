import { Random } from '../../../../evaluation/random.ts';
import type { Service, Step, Trouble } from '../../../../simulation/engine/network.ts';
import { SimulatedProcess } from '../../../../simulation/engine/simulated-process.ts';
import type { Fault } from '../../../../simulation/faults/fault.ts';
import { weatherOf } from '../../../../simulation/faults/weather-of.ts';

const who = { process: new SimulatedProcess('process 0') };
const period = { fromSecond: 10, seconds: 5 };

const aStep = (number: number, service: Service = 'cosmos', what = 'Read correlations'): Step => ({
  number,
  service,
  what,
  who,
});

/** The weather at a moment that a test sets. */
const weatherWith = (...faults: Fault[]) => {
  const at = { second: 12 };
  return Object.assign(
    weatherOf(faults, new Random(1), () => at.second),
    { at },
  );
};

describe('the weather', () => {
  it.each<[Fault, Trouble]>([
    [
      { kind: 'crash', step: 3, when: 'after', downSeconds: 9 },
      { kind: 'crash', when: 'after', downSeconds: 9 },
    ],
    [{ kind: 'lost-reply', step: 3 }, { kind: 'lost-reply' }],
    [{ kind: 'refused-connection', step: 3 }, { kind: 'refused' }],
  ])('of %j strikes its own step and no other', (fault, trouble) => {
    const weather = weatherWith(fault);

    const met = [2, 3, 4].map((number) => weather.trouble(aStep(number)));

    expect(met).toEqual([undefined, trouble, undefined]);
    expect([...weather.hits]).toEqual([[fault.kind, 1]]);
  });

  it('strikes every service when everything is down', () => {
    const weather = weatherWith({ kind: 'outage', service: 'everything', ...period });

    const met = (['cosmos', 'face', 'service-bus', 'token'] as const).map((service) =>
      weather.trouble(aStep(1, service)),
    );

    expect(met.map((trouble) => trouble?.kind)).toEqual(['refused', 'refused', 'refused', 'refused']);
  });

  it.each<[Fault, Trouble]>([
    [{ kind: 'outage', service: 'face', ...period }, { kind: 'refused' }],
    [{ kind: 'throttling', service: 'face', share: 1, ...period }, { kind: 'throttled' }],
    [
      { kind: 'throttling', service: 'face', share: 1, retryAfterMs: 70, ...period },
      { kind: 'throttled', retryAfterMs: 70 },
    ],
  ])('of %j strikes its service while it lasts', (fault, trouble) => {
    const weather = weatherWith(fault);
    const metAt = (second: number, service: Service): Trouble | undefined => {
      weather.at.second = second;
      return weather.trouble(aStep(1, service));
    };

    expect([metAt(9, 'face'), metAt(10, 'face'), metAt(12, 'cosmos'), metAt(15, 'face')]).toEqual([
      undefined,
      trouble,
      undefined,
      undefined,
    ]);
    expect([...weather.hits]).toEqual([[fault.kind, 1]]);
  });

  it('throttles the share that it is told', () => {
    const weather = weatherWith({ kind: 'throttling', service: 'cosmos', share: 0.3, ...period });

    const met = Array.from({ length: 1000 }, (_, number) => weather.trouble(aStep(number)));

    const share = met.filter((trouble) => trouble !== undefined).length / met.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it.each([
    ['Batch correlations history', 'refused'],
    ['Upsert policies sweeps', 'refused'],
    ['Patch customers event', 'refused'],
    ['Read correlations history', undefined],
    ['Query correlations', undefined],
  ])('lets a database that takes no writes meet %s: %s', (what, kind) => {
    const weather = weatherWith({ kind: 'outage', service: 'cosmos', refusedWrites: 1, ...period });

    expect(weather.trouble(aStep(1, 'cosmos', what))?.kind).toBe(kind);
  });

  it('refuses the share of writes that it is told', () => {
    const weather = weatherWith({ kind: 'outage', service: 'cosmos', refusedWrites: 0.3, ...period });

    const met = Array.from({ length: 1000 }, (_, number) => weather.trouble(aStep(number, 'cosmos', 'Batch x')));

    const share = met.filter((trouble) => trouble !== undefined).length / met.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it('lets reads lag behind while it lasts, by the longest lag of all', () => {
    const weather = weatherWith(
      { kind: 'stale-reads', longestLagMs: 500, ...period },
      { kind: 'stale-reads', longestLagMs: 2000, ...period },
      { kind: 'stale-reads', longestLagMs: 9000, fromSecond: 100, seconds: 5 },
    );

    expect(weather.longestLagMs()).toBe(2000);
    weather.at.second = 15;
    expect(weather.longestLagMs()).toBe(0);
  });

  it('strikes a step with one fault only', () => {
    const weather = weatherWith({ kind: 'lost-reply', step: 3 }, { kind: 'refused-connection', step: 3 });

    expect(weather.trouble(aStep(3))).toEqual({ kind: 'lost-reply' });
    expect([...weather.hits]).toEqual([['lost-reply', 1]]);
  });

  it('slows one service down while it lasts', () => {
    const weather = weatherWith({ kind: 'slowness', service: 'face', factor: 50, ...period });

    expect([weather.slowness('face'), weather.slowness('cosmos')]).toEqual([50, 1]);
    weather.at.second = 15;
    expect(weather.slowness('face')).toBe(1);
    expect([...weather.hits]).toEqual([['slowness', 1]]);
  });

  it('stops timers for a while', () => {
    const weather = weatherWith({ kind: 'stopped-timers', forGood: false, ...period });

    const stopped = [9, 10, 14, 15].map((second) => {
      weather.at.second = second;
      return weather.areTimersStopped();
    });

    expect(stopped).toEqual([false, true, true, false]);
  });

  it('stops timers for good, also once nothing else goes wrong any more', () => {
    const weather = weatherWith({ kind: 'stopped-timers', forGood: true, ...period });

    const stopped = [9, 10, 15].map((second) => {
      weather.at.second = second;
      return weather.areTimersStopped();
    });
    weather.clear();

    expect(stopped).toEqual([false, true, true]);
    expect(weather.areTimersStopped()).toBe(true);
  });

  it('puts the clock of one process wrong for a while, by all its skews together', () => {
    const weather = weatherWith(
      { kind: 'clock-skew', process: 1, skewSeconds: -5, ...period },
      { kind: 'clock-skew', process: 1, skewSeconds: 90, ...period },
    );

    expect([weather.skewMsOf(0), weather.skewMsOf(1), weather.skewMsOf(1)]).toEqual([0, 85_000, 85_000]);
    weather.at.second = 15;
    expect(weather.skewMsOf(1)).toBe(0);
    expect([...weather.hits]).toEqual([['clock-skew', 2]]);
  });

  it('keeps a delivery waiting, and takes its locks, and leaves the others alone', () => {
    const weather = weatherWith(
      { kind: 'late-delivery', delivery: 3, seconds: 9 },
      { kind: 'lost-lock', delivery: 3, when: 'before' },
      { kind: 'lost-lock', delivery: 4, when: 'after' },
    );

    expect([2, 3, 4].map((number) => weather.delivery(number))).toEqual([
      { lateSeconds: 0 },
      { lateSeconds: 9, losesLocks: 'before' },
      { lateSeconds: 0, losesLocks: 'after' },
    ]);
    expect([...weather.hits]).toEqual([
      ['late-delivery', 1],
      ['lost-lock', 2],
    ]);
  });

  it('is good before the run has begun', () => {
    const faults: Fault[] = [
      { kind: 'lost-reply', step: 3 },
      { kind: 'late-delivery', delivery: 3, seconds: 9 },
      { kind: 'forgotten-session', session: 3, afterSeconds: 0 },
    ];
    const weather = weatherWith(...faults);
    weather.at.second = -Infinity;

    expect(weather.trouble(aStep(3))).toBeUndefined();
    expect(weather.delivery(3)).toEqual({ lateSeconds: 0 });
    expect(faults.map((fault) => weather.canStrike(fault))).toEqual([false, false, false]);
    expect(weather.hits.size).toBe(0);
  });

  it('is good once it is cleared', () => {
    const weather = weatherWith(
      { kind: 'crash', step: 3, when: 'before', downSeconds: 1 },
      { kind: 'outage', service: 'cosmos', ...period },
      { kind: 'slowness', service: 'cosmos', factor: 5, ...period },
      { kind: 'clock-skew', process: 0, skewSeconds: 1, ...period },
      { kind: 'stopped-timers', forGood: false, ...period },
      { kind: 'stale-reads', longestLagMs: 500, ...period },
      { kind: 'lost-lock', delivery: 3, when: 'before' },
    );

    weather.clear();

    expect(weather.trouble(aStep(3))).toBeUndefined();
    expect(weather.slowness('cosmos')).toBe(1);
    expect(weather.skewMsOf(0)).toBe(0);
    expect(weather.areTimersStopped()).toBe(false);
    expect(weather.longestLagMs()).toBe(0);
    expect(weather.delivery(3)).toEqual({ lateSeconds: 0 });
    expect(weather.hits.size).toBe(0);
  });

  it.each<Fault>([
    { kind: 'clock-jump', atSecond: 12, bySeconds: 9 },
    { kind: 'lost-lock', delivery: 3, when: 'after' },
    { kind: 'late-delivery', delivery: 3, seconds: 9 },
    { kind: 'broker-trouble', send: 3, what: 'cut' },
    { kind: 'cut-connections', atSecond: 12 },
    { kind: 'next-version', process: 0 },
    { kind: 'face-limit', callsPerSecond: 3 },
    { kind: 'forgotten-session', session: 3, afterSeconds: 9 },
    { kind: 'stale-reads', longestLagMs: 500, ...period },
  ])('of %j meets no step of the network', (fault) => {
    const weather = weatherWith(fault);

    expect(weather.trouble(aStep(3))).toBeUndefined();
  });
});

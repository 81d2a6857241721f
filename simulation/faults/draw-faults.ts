import type { Random } from '../../evaluation/random.ts';
import type { Fault } from './fault.ts';

export interface Extent {
  /** Virtual seconds in which things go wrong. */
  seconds: number;
  /** About as many steps and deliveries as the run will have. */
  steps: number;
  deliveries: number;
}

const MOST_FAULTS = 9;

/** What goes wrong in a run: anything from nothing to a bad day. */
export const drawFaults = (random: Random, extent: Extent): Fault[] =>
  Array.from({ length: random.whole(0, MOST_FAULTS) }, () => drawFault(random, extent));

const drawFault = (random: Random, { seconds, steps, deliveries }: Extent): Fault => {
  const step = (): number => random.whole(1, steps);
  const delivery = (): number => random.whole(1, deliveries);
  const period = (longest: number) => ({
    fromSecond: random.whole(0, seconds),
    seconds: random.whole(1, longest),
  });
  const kinds: readonly { share: number; draw: () => Fault }[] = [
    {
      share: 30,
      draw: () => ({
        kind: 'crash',
        step: step(),
        when: random.oneOf(['before', 'after']),
        downSeconds: random.whole(1, 40),
      }),
    },
    { share: 20, draw: () => ({ kind: 'lost-reply', step: step() }) },
    { share: 8, draw: () => ({ kind: 'refused-connection', step: step() }) },
    {
      share: 12,
      draw: () => ({
        kind: 'throttling',
        service: random.oneOf(['cosmos', 'cosmos', 'face', 'service-bus']),
        // Of some only now and then a call, so that what has begun well breaks off.
        share: random.oneOf([0.1, 0.3, 0.3, 0.6, 1]),
        ...(random.happens(0.5) && { retryAfterMs: random.whole(1, 3000) }),
        ...period(120),
      }),
    },
    {
      share: 12,
      draw: () => ({
        kind: 'outage',
        service: random.oneOf(['cosmos', 'cosmos', 'face', 'service-bus', 'token', 'everything']),
        // Many short ones find more that is under way than one long one does.
        ...period(random.oneOf([15, 15, 180])),
      }),
    },
    {
      // All the time: what has begun breaks off half done.
      share: 14,
      draw: () => ({
        kind: 'outage',
        service: 'cosmos',
        refusedWrites: random.oneOf([0.1, 0.2, 0.4]),
        fromSecond: 0,
        seconds,
      }),
    },
    {
      share: 5,
      draw: () => ({
        kind: 'slowness',
        service: random.oneOf(['cosmos', 'face', 'service-bus', 'token']),
        // From far slower than usual to so slow that a write is carried out when its writer has long given it up.
        factor: random.oneOf([5, 50, 1000, 5000]),
        ...period(60),
      }),
    },
    {
      share: 8,
      draw: () => ({ kind: 'stale-reads', longestLagMs: random.oneOf([20, 200, 2000, 10_000]), ...period(300) }),
    },
    {
      // All the time: more happens between looking and doing.
      share: 12,
      draw: () => ({
        kind: 'slowness',
        service: random.oneOf(['cosmos', 'face']),
        factor: random.oneOf([10, 25]),
        fromSecond: 0,
        seconds,
      }),
    },
    { share: 3, draw: () => ({ kind: 'stopped-timers', forGood: random.happens(0.3), ...period(600) }) },
    {
      share: 3,
      draw: () => ({
        kind: 'clock-skew',
        process: random.whole(0, 1),
        skewSeconds: random.oneOf([-90, -5, -1, 1, 5, 90]),
        ...period(300),
      }),
    },
    {
      share: 2,
      draw: () => ({ kind: 'clock-jump', atSecond: random.whole(1, seconds), bySeconds: random.whole(10, 900) }),
    },
    { share: 6, draw: () => ({ kind: 'lost-lock', delivery: delivery(), when: random.oneOf(['before', 'after']) }) },
    { share: 6, draw: () => ({ kind: 'late-delivery', delivery: delivery(), seconds: random.whole(1, 400) }) },
    {
      share: 4,
      draw: () => ({
        kind: 'broker-trouble',
        send: delivery(),
        what: random.oneOf(['cut', 'detach', 'server-busy', 'unsettled']),
      }),
    },
    { share: 2, draw: () => ({ kind: 'cut-connections', atSecond: random.whole(1, seconds) }) },
    { share: 6, draw: () => ({ kind: 'next-version', process: random.whole(0, 1) }) },
    { share: 4, draw: () => ({ kind: 'face-limit', callsPerSecond: random.oneOf([4, 10, 10]) }) },
    // There are about as many sessions as deliveries, and most live shorter than a minute.
    { share: 8, draw: () => ({ kind: 'forgotten-session', session: delivery(), afterSeconds: random.whole(0, 30) }) },
  ];
  return random.byShare(kinds).draw();
};

import { describeFault, type Fault, isIn } from '../../../../simulation/faults/fault.ts';

const period = { fromSecond: 10, seconds: 5 };

describe('a fault', () => {
  it.each<[Fault, string]>([
    [{ kind: 'crash', step: 3, when: 'before', downSeconds: 20 }, 'crash before step 3, down for 20 s'],
    [{ kind: 'lost-reply', step: 3 }, 'the reply to step 3 is lost'],
    [{ kind: 'refused-connection', step: 3 }, 'step 3 does not reach its service'],
    [
      { kind: 'throttling', service: 'face', share: 0.3, ...period },
      'face throttles 30 % (no Retry-After) from 10 s for 5 s',
    ],
    [
      { kind: 'throttling', service: 'face', share: 0.3, retryAfterMs: 9, ...period },
      'face throttles 30 % (Retry-After 9 ms) from 10 s for 5 s',
    ],
    [{ kind: 'outage', service: 'token', ...period }, 'token is down from 10 s for 5 s'],
    [{ kind: 'slowness', service: 'cosmos', factor: 50, ...period }, 'cosmos is 50 times slower from 10 s for 5 s'],
    [{ kind: 'stopped-timers', forGood: false, ...period }, 'timers stop from 10 s for 5 s'],
    [{ kind: 'stopped-timers', forGood: true, ...period }, 'timers stop for good at 10 s'],
    [
      { kind: 'clock-skew', process: 1, skewSeconds: -5, ...period },
      'the clock of process 1 is off by -5 s from 10 s for 5 s',
    ],
    [{ kind: 'clock-jump', atSecond: 30, bySeconds: 600 }, 'all clocks jump ahead by 600 s at 30 s'],
    [{ kind: 'lost-lock', delivery: 4, when: 'before' }, 'delivery 4 loses its locks before it is handled'],
    [{ kind: 'lost-lock', delivery: 4, when: 'after' }, 'delivery 4 loses its locks after it is handled'],
    [{ kind: 'late-delivery', delivery: 4, seconds: 60 }, 'delivery 4 is handled 60 s late'],
    [{ kind: 'broker-trouble', send: 2, what: 'cut' }, 'the broker at send 2: cut'],
    [{ kind: 'cut-connections', atSecond: 30 }, 'all connections to the broker break at 30 s'],
    [{ kind: 'next-version', process: 1 }, 'process 1 is the next version'],
    [{ kind: 'face-limit', callsPerSecond: 10 }, 'Face takes 10 calls a second'],
    [{ kind: 'forgotten-session', session: 3, afterSeconds: 20 }, 'Face forgets its session 3 after 20 s'],
  ])('%j is told as "%s"', (fault, sentence) => {
    expect(describeFault(fault)).toBe(sentence);
  });

  it.each([
    [9.99, false],
    [10, true],
    [14.99, true],
    [15, false],
  ])('that lasts from 10 s for 5 s is there at %d s: %s', (second, expected) => {
    expect(isIn(period, second)).toBe(expected);
  });
});

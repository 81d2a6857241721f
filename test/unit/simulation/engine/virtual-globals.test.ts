import { runScript } from '../../../support/run-script.ts';

interface Seen {
  startsAt: { date: number; performance: number; random: number };
  timers: string[];
  signals: string[];
  clocks: Record<string, number>;
  uncaught: string[];
  endsAt: { date: number; performance: number };
  secondRun: Record<string, number>;
  keepsAlive: boolean;
  dates: unknown[];
}

describe('globals under virtual time', () => {
  let seen: Seen;

  beforeAll(async () => {
    const { stdout, stderr, exitCode } = await runScript('test/unit/simulation/engine/support/tell-virtual-globals.ts');
    if (exitCode !== 0) throw new Error(stderr);
    seen = JSON.parse(stdout) as Seen;
  });

  it('show virtual time, and give the numbers of the seed', () => {
    expect(seen.startsAt).toEqual({ date: 1000, performance: 1000, random: 0.25 });
  });

  it('wake whoever waits, in order, and nobody who has cancelled', () => {
    expect(seen.timers.filter((line) => !line.includes('ended'))).toEqual([
      'timeout of no time at 1000',
      'immediate at 1000',
      'interval at 1010',
      'interval at 1020',
      'timeout at 1030',
      'unreferenced at 1035',
    ]);
  });

  it('wake nothing of a process that has ended', () => {
    expect(seen.timers.filter((line) => line.includes('ended'))).toEqual([
      'interval of a process that has ended at 1003',
      'interval of a process that has ended at 1006',
    ]);
  });

  it('leave an error that a timer throws to whoever hears of what nobody catches, and go on', () => {
    expect(seen.uncaught).toEqual(['nobody catches this at 1036']);
  });

  it('abort a deadline at its moment', () => {
    expect(seen.signals).toEqual(['TimeoutError at 1040']);
    expect(seen.endsAt).toEqual({ date: 1040, performance: 1040 });
  });

  it('show a process whose clock is off its own time, and the others theirs', () => {
    expect(seen.clocks).toEqual({ skewed: 922, skewedDate: 922, others: 1012 });
  });

  it('belong to the next run once it has begun', () => {
    expect(seen.secondRun).toEqual({ date: 500_000, random: 0.75, timeout: 500_060 });
  });

  it('give timers that keep no process alive', () => {
    expect(seen.keepsAlive).toBe(false);
  });

  it('leave dates alone that were given', () => {
    expect(seen.dates).toEqual(['1970-01-01T00:00:00.000Z', true, 'number']);
  });
});

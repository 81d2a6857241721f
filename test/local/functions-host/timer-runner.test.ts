import { ShiftableClock } from '../../../local/clock.ts';
import { Activity } from '../../../local/functions-host/activity.ts';
import type { HostedFunction, TimerTrigger } from '../../../local/functions-host/functions.ts';
import type { InvocationInput, Outcome } from '../../../local/functions-host/invoke.ts';
import type { RetryPolicy } from '../../../local/functions-host/timer/retry.ts';
import { mayRetry, retryDelayMs } from '../../../local/functions-host/timer/retry.ts';
import { parseSchedule } from '../../../local/functions-host/timer/schedule.ts';
import type { TimerStatus } from '../../../local/functions-host/timer/schedule.ts';
import { MemoryTimerStatusStore } from '../../../local/functions-host/timer/status-store.ts';
import { TimerRunner } from '../../../local/functions-host/timer/timer-runner.ts';

const at = (time: string): Date => new Date(`2026-03-01T${time}Z`);
const MINUTE = 60_000;

interface SetUp {
  schedule?: string;
  now?: Date;
  stored?: TimerStatus;
  retry?: RetryPolicy;
  runOnStartup?: boolean;
  followsSchedule?: boolean;
  /** How each run ends; then they succeed. */
  outcomes?: ('ok' | 'fails' | Promise<'ok' | 'fails'>)[];
}

const setUp = async (given: SetUp = {}) => {
  const { schedule: expression = '0 */5 * * * *', now = at('00:01:00'), stored, retry, outcomes = [] } = given;
  const clock = new ShiftableClock(() => now.getTime());
  const activity = new Activity();
  const store = new MemoryTimerStatusStore();
  if (stored !== undefined) await store.write('tick', stored);
  const runs: { at: Date; input: TimerInput; retry: InvocationInput['retryContext'] }[] = [];

  const fn = {
    name: 'tick',
    trigger: {
      kind: 'timer',
      expression,
      schedule: parseSchedule(expression),
      runOnStartup: given.runOnStartup ?? false,
      useMonitor: true,
    },
    retry,
  } as HostedFunction<TimerTrigger>;
  const invoke = (_fn: unknown, input: InvocationInput): Promise<Outcome> =>
    activity.track('tick', async () => {
      runs.push({
        at: clock.now(),
        input: JSON.parse(input.data.json!) as TimerInput,
        retry: input.retryContext,
      });
      const invocationId = `run ${runs.length}`;
      if ((await (outcomes[runs.length - 1] ?? 'ok')) === 'ok') {
        return { ok: true, invocationId, response: { invocationId }, outputs: [] };
      }
      return { ok: false, invocationId, error: new Error(`failure ${runs.length}`) };
    });
  const followsSchedule = given.followsSchedule ?? true;
  const runner = new TimerRunner({ fn, clock, store, invoke, activity, followsSchedule, random: () => 0.5 });
  await runner.start();
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await activity.idle();
  };
  return { runner, runs, advance, activity, store, clock, times: () => runs.map((run) => run.at) };
};

/** Lets everything happen that waits for nothing but its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface TimerInput {
  ScheduleStatus: { Last: string; Next: string; LastUpdated: string } | null;
  IsPastDue: boolean;
}

describe('a timer', () => {
  it('42: waits for its first occurrence, is not past due then, and has never run', async () => {
    const { runs, advance, store } = await setUp();

    await advance(4 * MINUTE);

    expect(runs).toEqual([
      {
        at: at('00:05:00'),
        input: {
          Schedule: { AdjustForDST: true },
          ScheduleStatus: {
            Last: '0001-01-01T00:00:00+00:00',
            Next: '2026-03-01T00:05:00+00:00',
            LastUpdated: '2026-03-01T00:01:00+00:00',
          },
          IsPastDue: false,
        },
        retry: undefined,
      },
    ]);
    expect(await store.read('tick')).toEqual({
      last: at('00:05:00'),
      next: at('00:10:00'),
      lastUpdated: at('00:05:00'),
    });
  });

  it('43: runs once for three missed occurrences, past due, then on schedule', async () => {
    const stored = { last: at('00:05:00'), next: at('00:10:00'), lastUpdated: at('00:05:00') };
    const { runs, advance, times } = await setUp({ stored, now: at('00:21:00') });

    await advance(0);
    await advance(4 * MINUTE);

    expect(times()).toEqual([at('00:21:00'), at('00:25:00')]);
    expect(runs.map(({ input }) => input.IsPastDue)).toEqual([true, false]);
    expect(runs.map(({ input }) => input.ScheduleStatus?.Next)).toEqual([
      '2026-03-01T00:10:00+00:00',
      '2026-03-01T00:25:00+00:00',
    ]);
  });

  it('44: does not run at once when its schedule was changed', async () => {
    const stored = { last: at('00:05:00'), next: at('00:07:00'), lastUpdated: at('00:05:00') };
    const { advance, times } = await setUp({ stored, now: at('00:21:00') });

    await advance(0);
    expect(times()).toEqual([]);

    await advance(4 * MINUTE);
    expect(times()).toEqual([at('00:25:00')]);
  });

  it('45: has no status when it fires more than once a minute', async () => {
    const { runs, advance, store } = await setUp({ schedule: '*/10 * * * * *' });

    await advance(10_000);

    expect(runs.map(({ input }) => input.ScheduleStatus)).toEqual([null]);
    expect(await store.read('tick')).toBeUndefined();
  });

  it('46: does not overlap, and catches up once when a run took longer than its period', async () => {
    let end: (outcome: 'ok') => void = () => undefined;
    const { runs, activity, advance, clock, times } = await setUp({
      outcomes: [new Promise((resolve) => (end = resolve))],
    });
    clock.advance(4 * MINUTE);
    await turn();
    clock.advance(12 * MINUTE);
    await turn();
    expect(times()).toEqual([at('00:05:00')]);

    end('ok');
    await activity.idle();
    expect(times()).toEqual([at('00:05:00'), at('00:17:00')]);
    expect(runs[1]?.input.IsPastDue).toBe(false);

    await advance(3 * MINUTE);
    expect(times()).toEqual([at('00:05:00'), at('00:17:00'), at('00:20:00')]);
  });

  it('runs once when the clock is moved ahead by many hours', async () => {
    const { advance, times } = await setUp({ schedule: '*/10 * * * * *', now: at('00:00:00') });

    await advance(7 * 60 * MINUTE);
    expect(times()).toEqual([at('07:00:00')]);

    await advance(10_000);
    expect(times()).toEqual([at('07:00:00'), at('07:00:10')]);
  });

  it('47: keeps its schedule when a run fails', async () => {
    const { advance, times } = await setUp({ outcomes: ['fails'] });

    await advance(4 * MINUTE);
    await advance(5 * MINUTE);

    expect(times()).toEqual([at('00:05:00'), at('00:10:00')]);
  });

  it('runs at the start when it is asked to, unless it is past due', async () => {
    const { runs, advance } = await setUp({ runOnStartup: true });
    await advance(0);
    expect(runs.map(({ input }) => input.IsPastDue)).toEqual([false]);
  });

  it('fires no more after it was stopped', async () => {
    const { runner, advance, times } = await setUp();

    runner.stop();
    await advance(60 * MINUTE);

    expect(times()).toEqual([]);
  });

  it('runs only when asked, one run after the other, when it does not follow its schedule', async () => {
    const { runner, advance, times } = await setUp({ followsSchedule: false });
    await advance(60 * MINUTE);
    expect(times()).toEqual([]);

    const results = await Promise.all([runner.run(), runner.run({ isPastDue: true, now: at('02:00:00') })]);

    expect(results.map(({ invocationId, attempts }) => [invocationId, attempts])).toEqual([
      ['run 1', 1],
      ['run 2', 1],
    ]);
  });

  it('counts a given time as the time of a run that was asked for', async () => {
    const { runner, store } = await setUp({ followsSchedule: false });

    await runner.run({ now: at('02:00:00') });

    expect(await store.read('tick')).toMatchObject({ last: at('02:00:00'), next: at('02:05:00') });
  });
});

describe('48: a timer with a retry policy', () => {
  const fixed: RetryPolicy = { kind: 'fixed', maxRetryCount: 2, delayMs: 1000 };

  it('succeeds on the third attempt: counts, the last exception, delays and new ids', async () => {
    const { runner, runs, advance, times } = await setUp({
      retry: fixed,
      outcomes: ['fails', 'fails', 'ok'],
      followsSchedule: false,
    });

    const result = runner.run();
    await advance(0);
    await advance(1000);
    await advance(1000);

    expect(await result).toMatchObject({ ok: true, attempts: 3, invocationId: 'run 3' });
    expect(times()).toEqual([at('00:01:00'), at('00:01:01'), at('00:01:02')]);
    expect(runs.map(({ retry }) => [retry?.retryCount, retry?.maxRetryCount, retry?.exception?.message])).toEqual([
      [0, 2, undefined],
      [1, 2, 'failure 1'],
      [2, 2, 'failure 2'],
    ]);
  });

  it('fails when all attempts are used up', async () => {
    const { runner, advance } = await setUp({
      retry: fixed,
      outcomes: ['fails', 'fails', 'fails'],
      followsSchedule: false,
    });

    const result = runner.run();
    await advance(0);
    await advance(1000);
    await advance(1000);

    expect(await result).toMatchObject({ ok: false, attempts: 3, error: new Error('failure 3') });
  });

  it('a stop ends the wait, and the run with it', async () => {
    const { runner, advance } = await setUp({ retry: fixed, outcomes: ['fails'], followsSchedule: false });
    const result = runner.run();
    await advance(0);

    runner.stop();

    expect(await result).toMatchObject({ ok: false, attempts: 1 });
  });

  it('waits longer and longer when exponential, up to the maximum', () => {
    const policy: RetryPolicy = { kind: 'exponential', maxRetryCount: -1, minimumMs: 1000, maximumMs: 10_000 };
    const delays = (random: number): number[] =>
      [1, 2, 3, 4, 5, 6].map((retry) => retryDelayMs(policy, retry, () => random));

    expect(delays(0)).toEqual([1000, 1800, 2600, 4200, 7400, 10_000]);
    expect(delays(1)).toEqual([1000, 2200, 3400, 5800, 10_000, 10_000]);
    expect(mayRetry(policy, 1_000_000)).toBe(true);
  });
});

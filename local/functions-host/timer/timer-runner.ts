// Runs one timer: at its occurrences by the clock, or when asked. Runs of one timer never overlap.

import type { Clock } from '../../clock.ts';
import type { Activity } from '../activity.ts';
import type { HostedFunction, TimerTrigger } from '../functions.ts';
import type { Invoke, Outcome } from '../invoke.ts';
import { describeError } from '../log.ts';
import type { RetryContext } from '../rpc.ts';
import { toTimerData } from '../shapes/timer.ts';
import { traceFrom } from '../trace.ts';
import { mayRetry, retryDelayMs } from './retry.ts';
import { firesMoreThanOnceAMinute, resume } from './schedule.ts';
import type { TimerStatus } from './schedule.ts';
import type { TimerStatusStore } from './status-store.ts';

export type TimerOutcome = Outcome & { attempts: number };

interface Parts {
  fn: HostedFunction<TimerTrigger>;
  clock: Clock;
  store: TimerStatusStore;
  invoke: Invoke;
  activity: Activity;
  /** False: only `run` starts it. */
  followsSchedule: boolean;
  random?: () => number;
}

export class TimerRunner {
  readonly #parts: Parts;
  readonly #keepsStatus: boolean;
  #status: TimerStatus;
  #lastRun: Promise<unknown> = Promise.resolve();
  #disarm: (() => void) | undefined;
  #endWait: (() => void) | undefined;
  #stopped = false;

  constructor(parts: Parts) {
    const { trigger } = parts.fn;
    const now = parts.clock.now();
    this.#parts = parts;
    this.#keepsStatus = trigger.useMonitor && !firesMoreThanOnceAMinute(trigger.schedule, now);
    this.#status = resume(trigger.schedule, undefined, now).status;
  }

  async start(): Promise<void> {
    const { fn, clock, store, followsSchedule } = this.#parts;
    let isPastDue = false;
    if (this.#keepsStatus) {
      const stored = await store.read(fn.name);
      const resumed = resume(fn.trigger.schedule, stored, clock.now());
      this.#status = resumed.status;
      isPastDue = resumed.isPastDue;
      if (this.#status !== stored) await store.write(fn.name, this.#status);
    }
    if (!followsSchedule) return;
    if (isPastDue || fn.trigger.runOnStartup) void this.run({ isPastDue });
    else this.#arm();
  }

  /** Waits for a run that is under way, then runs as the schedule would: with retries, and keeping the status. */
  run({ isPastDue = false, now }: { isPastDue?: boolean; now?: Date } = {}): Promise<TimerOutcome> {
    this.#disarm?.();
    const busy = new Busy(this.#parts.activity, `timer ${this.#parts.fn.name}`);
    const run = this.#lastRun.then(() => this.#runOnce(isPastDue, now, busy)).finally(() => busy.end());
    this.#lastRun = run.catch(() => undefined);
    return run;
  }

  /** No run starts any more, and a wait between two attempts ends. */
  stop(): void {
    this.#stopped = true;
    this.#disarm?.();
    this.#endWait?.();
  }

  #arm(): void {
    const { clock, fn, activity } = this.#parts;
    const { next } = this.#status;
    this.#disarm?.();
    if (this.#stopped || next === undefined) return;
    const waitMs = next.getTime() - clock.now().getTime();
    if (waitMs <= 0) return void this.run();
    this.#disarm = clock.after(waitMs, () => {
      const due = new Busy(activity, `timer ${fn.name}`);
      // Not at once: a clock that is moved ahead by hours comes past here first, and one run answers for all of them.
      queueMicrotask(() => {
        if (!this.#stopped) void this.run();
        due.end();
      });
    });
  }

  async #runOnce(isPastDue: boolean, now: Date | undefined, busy: Busy): Promise<TimerOutcome> {
    const { fn, clock, store, followsSchedule } = this.#parts;
    this.#disarm?.();
    const startedAt = now ?? clock.now();
    const outcome = await this.#attempt(isPastDue && this.#keepsStatus, busy);
    // From the start of the run: of the occurrences that passed meanwhile one comes at once, the others are lost.
    this.#status = { last: startedAt, next: fn.trigger.schedule.next(startedAt), lastUpdated: startedAt };
    if (this.#keepsStatus) await store.write(fn.name, this.#status);
    if (followsSchedule) this.#arm();
    return outcome;
  }

  async #attempt(isPastDue: boolean, busy: Busy): Promise<TimerOutcome> {
    const { fn, invoke, random = Math.random } = this.#parts;
    const data = toTimerData(this.#keepsStatus ? this.#status : null, isPastDue);
    let retryContext: RetryContext | undefined =
      fn.retry === undefined ? undefined : { retryCount: 0, maxRetryCount: fn.retry.maxRetryCount };
    for (let attempts = 1; ; attempts += 1) {
      const trace = traceFrom(undefined);
      const outcome = await invoke(fn, { data, trace, ...(retryContext !== undefined && { retryContext }) });
      if (outcome.ok || fn.retry === undefined || !mayRetry(fn.retry, attempts - 1)) return { ...outcome, attempts };

      await this.#wait(retryDelayMs(fn.retry, attempts, random), busy);
      if (this.#stopped) return { ...outcome, attempts };
      const { message, stack } = describeError(outcome.error);
      retryContext = {
        retryCount: attempts,
        maxRetryCount: fn.retry.maxRetryCount,
        exception: { message, source: fn.name, stackTrace: stack },
      };
    }
  }

  async #wait(ms: number, busy: Busy): Promise<void> {
    if (this.#stopped) return;
    busy.end();
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        // Here, not after the wait: whoever moved the clock may ask at once whether anything runs.
        busy.begin();
        resolve();
      };
      const cancel = this.#parts.clock.after(ms, goOn);
      this.#endWait = () => {
        cancel();
        goOn();
      };
    });
    this.#endWait = undefined;
  }
}

/** A run counts as activity, but for its waits between attempts: only the clock ends them. */
class Busy {
  readonly #activity: Activity;
  readonly #what: string;
  #end: () => void;

  constructor(activity: Activity, what: string) {
    this.#activity = activity;
    this.#what = what;
    this.#end = activity.begin(what);
  }

  begin(): void {
    this.#end();
    this.#end = this.#activity.begin(this.#what);
  }

  end(): void {
    this.#end();
  }
}

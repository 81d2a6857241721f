// Timers have been seen to stop for good while everything else went on. So each sweep can be started by its timer and by
// a message, and whoever notices that one has not run for long sends that message.

import type { Clock, Log, SweepName, SweepNudges, SweepRuns } from './ports.ts';

export const sweepPeriodSeconds: Record<SweepName, number> = {
  'detect-abuse-patterns': 10,
  'collect-unreported-results': 30,
  'publish-events': 30,
  'complete-decisions': 30,
  'watch-customers': 60,
};

export const sweepNames = Object.keys(sweepPeriodSeconds) as SweepName[];

const STALE_AFTER_PERIODS = 3;

/** How long one run of a sweep goes on asking for more. */
export const SWEEP_BUDGET_SECONDS = 60;

/** What a sweep did: how many things it brought to an end, and how many it had to put off. */
export interface Swept {
  done: number;
  postponed: number;
}

export type RunSweep = (sweep: SweepName) => Promise<Swept>;

interface Ports {
  sweepRuns: SweepRuns;
  clock: Clock;
  log: Log;
}

export const makeRunSweep =
  ({ sweepRuns, clock, log, sweeps }: Ports & { sweeps: Record<SweepName, () => Promise<Swept>> }): RunSweep =>
  async (sweep) => {
    const swept = await sweeps[sweep]();
    await sweepRuns.ran(sweep, clock.now());
    if (swept.done > 0 || swept.postponed > 0) log.info('swept', { sweep, ...swept });
    return swept;
  };

export type NudgeStaleSweeps = () => Promise<void>;

/** Never fails: it is done beside something that matters more. */
export const makeNudgeStaleSweeps =
  ({ sweepRuns, sweepNudges, clock, log }: Ports & { sweepNudges: SweepNudges }): NudgeStaleSweeps =>
  async () => {
    try {
      const now = clock.now();
      const lastRuns = await sweepRuns.lastRuns();
      const stale = sweepNames.filter((sweep) => {
        const last = lastRuns[sweep];
        // One that never ran has just been deployed: its timer comes first, and marks it then.
        if (last === undefined) return false;
        return now.getTime() - last.getTime() > STALE_AFTER_PERIODS * sweepPeriodSeconds[sweep] * 1000;
      });
      await Promise.all(stale.map((sweep) => sweepNudges.nudge(sweep, now)));
      if (stale.length > 0) log.warn('sweeps-nudged', { sweeps: stale });
    } catch (error) {
      log.warn('sweeps-not-nudged', { error: String(error) });
    }
  };

/**
 * Handles a small page of what is due until none is left or time is up. What fails is put off by `postpone`; a page of
 * which nothing succeeds ends the run, so that trouble is not met again at once.
 */
export const sweepPages = async <T>(options: {
  due: () => Promise<T[]>;
  handle: (item: T) => Promise<void>;
  postpone: (item: T, error: unknown) => Promise<void>;
  clock: Clock;
}): Promise<Swept> => {
  const { due, handle, postpone, clock } = options;
  const swept = { done: 0, postponed: 0 };
  const until = clock.now().getTime() + SWEEP_BUDGET_SECONDS * 1000;
  for (;;) {
    const page = await due();
    const doneBefore = swept.done;
    for (const item of page) {
      try {
        await handle(item);
        swept.done += 1;
      } catch (error) {
        await postpone(item, error);
        swept.postponed += 1;
      }
    }
    if (swept.done === doneBefore || clock.now().getTime() >= until) return swept;
  }
};

/** Several that run under one name. */
export const inTurn =
  (...sweeps: (() => Promise<Swept>)[]) =>
  async (): Promise<Swept> => {
    const swept = { done: 0, postponed: 0 };
    for (const sweep of sweeps) {
      const { done, postponed } = await sweep();
      swept.done += done;
      swept.postponed += postponed;
    }
    return swept;
  };

// After some failures in a row, each further one doubles the wait. A pass ends the row; this is all that a pass resets.

import type { History } from '../history.ts';
import type { Policy } from '../policy.ts';
import { MS_PER_DAY, MS_PER_SECOND } from '../time.ts';

/** The moment until which the delay lasts; -Infinity without one. */
export const retryDelayedUntilMs = (history: History, policy: Policy, nowMs: number): number => {
  const { delay, budget } = policy.gate;
  const fromMs = Math.max(history.lastPassAtMs ?? -Infinity, nowMs - budget.windowDays * MS_PER_DAY);
  const failuresMs = [...history.spoof, ...history.uncertain, ...history.technical]
    .map(({ atMs }) => atMs)
    .filter((atMs) => atMs > fromMs);
  if (failuresMs.length < delay.after) return -Infinity;
  const seconds = Math.min(delay.maxSeconds, delay.seconds * delay.factor ** (failuresMs.length - delay.after));
  return Math.max(...failuresMs) + seconds * MS_PER_SECOND;
};

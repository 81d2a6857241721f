// After some failures in a row, each further one doubles the wait. A pass ends the row; this is all that a pass resets.

import type { History } from '../history.ts';
import { budgetWindowMs, type Policy } from '../policy.ts';
import { MS_PER_SECOND } from '../time.ts';

/** The moment until which the delay of a channel lasts; -Infinity without one. */
export const retryDelayedUntilMs = (
  history: History,
  policy: Policy,
  inChannel: (tag: string) => boolean,
  nowMs: number,
): number => {
  const { delay } = policy.gate;
  const fromMs = Math.max(lastPassMs(history, inChannel), nowMs - budgetWindowMs(policy));
  const failuresMs = [...history.spoof, ...history.uncertain, ...history.technical]
    .filter(({ atMs, tag }) => atMs > fromMs && inChannel(tag))
    .map(({ atMs }) => atMs);
  if (failuresMs.length < delay.after) return -Infinity;
  const seconds = Math.min(delay.maxSeconds, delay.seconds * delay.factor ** (failuresMs.length - delay.after));
  return Math.max(...failuresMs) + seconds * MS_PER_SECOND;
};

/** `passes` keeps the first of a day; a later one is known by the session that it settled. */
const lastPassMs = ({ passes, settled }: History, inChannel: (tag: string) => boolean): number =>
  Math.max(
    -Infinity,
    ...passes.filter(({ tag }) => inChannel(tag)).map(({ atMs }) => atMs),
    ...settled.filter(({ passedOn }) => passedOn !== undefined && inChannel(passedOn)).map(({ atMs }) => atMs),
  );

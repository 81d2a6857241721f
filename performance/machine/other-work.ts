// What else the machine did meanwhile: rates that were measured beside it say little.

import { cpus } from 'node:os';
import { processUsage } from './process-usage.ts';

/** Above this, rates are told and not judged. */
const MOST_OTHER_WORK = 0.2;

/** The answer tells which share of all cores went to other processes since; undefined where that cannot be known. */
export const watchOtherWork = (pids: readonly (number | undefined)[]): (() => number | undefined) => {
  const before = look(pids);
  return () => {
    const after = look(pids);
    if (before === undefined || after === undefined) return undefined;
    const busy = after.busySeconds - before.busySeconds;
    const ours = after.ourSeconds - before.ourSeconds;
    return Math.max(0, busy - ours) / (after.allSeconds - before.allSeconds);
  };
};

export const isQuiet = (otherWork: number | undefined): boolean =>
  otherWork === undefined || otherWork <= MOST_OTHER_WORK;

interface Look {
  busySeconds: number;
  allSeconds: number;
  ourSeconds: number;
}

const look = (pids: readonly (number | undefined)[]): Look | undefined => {
  let [busyMs, allMs, ourSeconds] = [0, 0, 0];
  for (const { times } of cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq;
    busyMs += busy;
    allMs += busy + times.idle;
  }
  for (const pid of pids) {
    const usage = processUsage(pid);
    if (usage === undefined) return undefined;
    ourSeconds += usage.cpuSeconds;
  }
  return { busySeconds: busyMs / 1000, allSeconds: allMs / 1000, ourSeconds };
};

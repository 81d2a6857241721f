import { InvalidCron, nextCronOccurrence, parseCron } from './ncrontab.ts';
import { parseTimeSpan } from './time-span.ts';

export interface Schedule {
  /** Strictly after the given instant; undefined when it never fires again. */
  next(after: Date): Date | undefined;
}

/** A text that is no cron expression but a time span is a constant interval. */
export const parseSchedule = (text: string): Schedule => {
  const intervalMs = parseTimeSpan(text.trim());
  if (intervalMs !== undefined && intervalMs > 0) {
    return { next: (after) => new Date(after.getTime() + intervalMs) };
  }
  try {
    const cron = parseCron(text);
    return { next: (after) => nextCronOccurrence(cron, after) };
  } catch (error) {
    if (error instanceof InvalidCron)
      throw new Error(`the schedule "${text}" is wrong: ${error.message}`, { cause: error });
    throw error;
  }
};

/** Such a timer keeps no status and is never past due. */
export const firesMoreThanOnceAMinute = (schedule: Schedule, now: Date): boolean => {
  let previous = schedule.next(now);
  for (let looked = 0; looked < 4 && previous !== undefined; looked += 1) {
    const following = schedule.next(previous);
    if (following !== undefined && following.getTime() - previous.getTime() < 60_000) return true;
    previous = following;
  }
  return false;
};

export interface TimerStatus {
  /** Start of the last run; undefined when it has not run since the schedule was set. */
  last: Date | undefined;
  /** The occurrence that is waited for; undefined when there is none. */
  next: Date | undefined;
  lastUpdated: Date;
}

/** What a start makes of the stored status. */
export const resume = (
  schedule: Schedule,
  stored: TimerStatus | undefined,
  now: Date,
): { status: TimerStatus; isPastDue: boolean } => {
  if (stored === undefined) {
    return { status: { last: undefined, next: schedule.next(now), lastUpdated: now }, isPastDue: false };
  }
  const from = stored.last ?? stored.lastUpdated;
  const expected = schedule.next(from);
  // A clock that was ahead when the status was stored, and is not now, must not silence the timer until it catches up.
  const isClockBack = from > now;
  if (isClockBack || expected?.getTime() !== stored.next?.getTime()) {
    const isOver = isClockBack || (expected !== undefined && now > expected);
    const status = isOver
      ? { last: undefined, next: schedule.next(now), lastUpdated: now }
      : { last: undefined, next: expected, lastUpdated: from };
    return { status, isPastDue: false };
  }
  return { status: stored, isPastDue: stored.next !== undefined && now > stored.next };
};

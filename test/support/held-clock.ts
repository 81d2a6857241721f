import type { Clock } from '../../shared/application/ports.ts';

export interface HeldClock extends Clock {
  advanceSeconds(seconds: number): void;
}

export const startOfTests = new Date('2026-03-02T12:00:00.000Z');

/** Stands still until a test moves it. */
export const heldClock = (start: Date = startOfTests): HeldClock => {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    advanceSeconds: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
};

export const secondsAfter = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000);

// Puts the globals that tell or take time under virtual time, and `Math.random` under the seed, so that neither the product
// nor an SDK has to know. One run at a time. Ids that an SDK draws from `node:crypto` stay random: nothing that a run does
// or tells depends on them.

import rhea from 'rhea';
import { shiftDate } from '../../local/clock.ts';
import { currentlyRunning } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';

interface Run {
  time: VirtualTime;
  /** From 0 up to, but not including, 1. */
  random: () => number;
}

let current: Run | undefined;

const run = (): Run => {
  if (current === undefined) throw new Error('no simulation is running');
  return current;
};

/** What a replaced timer function returns: as much of a Node timer as anybody uses. */
class VirtualTimer {
  readonly cancel: () => void;

  constructor(cancel: () => void) {
    this.cancel = cancel;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return false;
  }
}

const after = (ms: unknown, callback: () => void): VirtualTimer =>
  new VirtualTimer(run().time.after(typeof ms === 'number' ? ms : 0, callback));

const every = (ms: number, callback: () => void): VirtualTimer => {
  let cancel: () => void;
  const next = (): void => {
    cancel = run().time.after(ms, () => {
      next();
      callback();
    });
  };
  next();
  return new VirtualTimer(() => cancel());
};

const clear = (timer: unknown): void => {
  if (timer instanceof VirtualTimer) timer.cancel();
};

const timeoutSignal = (ms: number): AbortSignal => {
  const controller = new AbortController();
  after(ms, () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')));
  return controller.signal;
};

/**
 * The client of the broker names its locks by ids of `Math.random`, and keeps the locks for the whole thread. A process that
 * is killed while it holds one holds it for ever, so that the next run of the same seed must not draw the same names.
 */
const drawIdsOncePerThread = (): void => {
  const { generate_uuid: draw } = rhea;
  let drawn = 0;
  const drawOnce = (): string => {
    drawn += 1;
    return drawn.toString(16).padStart(8, '0') + draw().slice(8);
  };
  Object.assign(rhea, { generate_uuid: drawOnce });
};

let areReplaced = false;

/** Shows virtual time to everything in this thread, from now on and for good. */
export const useVirtualTime = (next: Run): void => {
  current = next;
  if (areReplaced) return;
  areReplaced = true;
  shiftDate({ now: () => new Date(run().time.nowMs + (currentlyRunning()?.process.skewMs() ?? 0)) });
  Object.assign(globalThis, {
    setTimeout: (callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      after(ms, () => callback(...given)),
    setImmediate: (callback: (...given: unknown[]) => void, ...given: unknown[]) => after(0, () => callback(...given)),
    setInterval: (callback: (...given: unknown[]) => void, ms = 1, ...given: unknown[]) =>
      every(Math.max(1, ms), () => callback(...given)),
    clearTimeout: clear,
    clearImmediate: clear,
    clearInterval: clear,
  });
  Object.defineProperty(performance, 'now', { value: () => run().time.nowMs });
  Object.defineProperty(AbortSignal, 'timeout', { value: timeoutSignal });
  Math.random = () => run().random();
  drawIdsOncePerThread();
};

// Time that moves only when everything that can happen now has happened. What waits for a moment runs one at a time, in
// order of its moment; between two of them all that follows from the first has come to rest.

import type { Clock } from '../../local/clock.ts';
import { Heap } from '../../local/service-bus/entity/heap.ts';
import { currentlyRunning, type Running, within } from './simulated-process.ts';

/** Taken before anybody replaces it. */
const { setImmediate: machineImmediate } = globalThis;

interface Waiting {
  dueMs: number;
  order: number;
  who: Running | undefined;
  run: (() => void) | undefined;
}

export class VirtualTime implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #waiting = new Heap<Waiting>((a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order));

  constructor(startsAtMs: number) {
    this.#nowMs = startsAtMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  /** Runs `run` once, unless the process that asked for it has ended by then; the answer cancels it. */
  after(ms: number, run: () => void): () => void {
    const entry: Waiting = {
      dueMs: this.#nowMs + Math.max(0, ms),
      order: (this.#order += 1),
      who: currentlyRunning(),
      run,
    };
    this.#waiting.push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Everything in between is late, and happens at once. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  /** Until nothing is left to happen, or the goal is reached. */
  async run(isReached: () => boolean): Promise<void> {
    await atRest();
    while (!isReached()) {
      const next = this.#waiting.pop();
      if (next === undefined) return;
      if (next.run === undefined || next.who?.process.isAlive === false) continue;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      runUncaught(next.who, next.run);
      await atRest();
    }
  }
}

/** An error that nobody catches ends neither the run nor its time: whoever hears of unhandled rejections hears of it. */
const runUncaught = (who: Running | undefined, run: () => void): void => {
  try {
    within(who, run);
  } catch (error) {
    void Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
};

/** All that was started without waiting for a moment has run: promises and ticks go before the machine's next turn. */
const atRest = (): Promise<void> => new Promise((resolve) => void machineImmediate(resolve));

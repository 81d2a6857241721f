// One clock for every process of the local cloud. It runs with the machine's clock and can be moved ahead; what waits
// for a moment on it (locks, schedules, timers) then falls due at once, in order. `shiftDate` makes the global `Date`
// follow it, so that nothing in the app or in an SDK has to know.

import type { ChildProcess } from 'node:child_process';

export interface Clock {
  now(): Date;
  /** Runs `fn` once, `ms` milliseconds of this clock from now; the answer cancels it. */
  after(ms: number, fn: () => void): () => void;
}

/** setTimeout takes 32-bit milliseconds; longer waits are taken in pieces. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

const RealDate = Date;
const machineTime = (): number => RealDate.now();

interface Waiting {
  dueMs: number;
  order: number;
  fn: () => void;
}

export class ShiftableClock implements Clock {
  #offsetMs = 0;
  #order = 0;
  #wakeUp: NodeJS.Timeout | undefined;
  #cancelled = new Set<Waiting>();
  readonly #waiting: Waiting[] = []; // a binary heap, the next one due first
  readonly #base: () => number;

  /** `base` gives epoch milliseconds; a constant one makes a clock that only moves when told. */
  constructor(base: () => number = machineTime) {
    this.#base = base;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): Date {
    return new RealDate(this.#base() + this.#offsetMs);
  }

  after(ms: number, fn: () => void): () => void {
    const entry = { dueMs: this.now().getTime() + Math.max(0, ms), order: this.#order++, fn };
    this.#push(entry);
    this.#arm();
    return () => {
      this.#cancelled.add(entry);
      // A heap gives up its middle only slowly: cancelled entries leave when they reach the top, or together here.
      if (this.#cancelled.size > 1000 && this.#cancelled.size > this.#waiting.length / 2) this.#forgetCancelled();
    };
  }

  /** Moves the clock ahead; what falls due on the way runs in order of time, then of creation, each at its moment. */
  advance(ms: number): void {
    const goal = this.now().getTime() + ms;
    for (let next = this.#first(); next !== undefined && next.dueMs <= goal; next = this.#first()) {
      this.#offsetMs += Math.max(0, next.dueMs - this.now().getTime());
      this.#pop();
      next.fn();
    }
    this.#offsetMs += Math.max(0, goal - this.now().getTime());
    this.#arm();
  }

  /** Follows a clock of another process, which told its offset. */
  moveTo(offsetMs: number): void {
    if (offsetMs > this.#offsetMs) this.advance(offsetMs - this.#offsetMs);
  }

  #arm(): void {
    if (this.#wakeUp !== undefined) clearTimeout(this.#wakeUp);
    const next = this.#first();
    if (next === undefined || this.#base !== machineTime) return;
    const waitMs = Math.min(Math.max(0, next.dueMs - this.now().getTime()), LONGEST_WAIT_MS);
    this.#wakeUp = setTimeout(() => this.advance(0), waitMs);
    this.#wakeUp.unref();
  }

  #first(): Waiting | undefined {
    while (this.#waiting[0] !== undefined && this.#cancelled.delete(this.#waiting[0])) this.#pop();
    return this.#waiting[0];
  }

  #forgetCancelled(): void {
    const kept = this.#waiting.filter((entry) => !this.#cancelled.has(entry));
    this.#cancelled.clear();
    this.#waiting.length = 0;
    kept.forEach((entry) => this.#push(entry));
  }

  #push(entry: Waiting): void {
    const heap = this.#waiting;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent]!, entry)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#waiting;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (before(last, heap[child]!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

const before = (a: Waiting, b: Waiting): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/** The clock of this process. */
export const sharedClock = new ShiftableClock();

/** Makes the global `Date` of this process show a clock, the shared one by default. Calling it again changes nothing. */
export const shiftDate = (clock: Pick<Clock, 'now'> = sharedClock): void => {
  if (Date !== RealDate) return;
  const now = (): number => clock.now().getTime();
  const shifted = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => clock.now().toString(),
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  });
  RealDate.prototype.constructor = shifted;
  globalThis.Date = shifted;
};

interface OffsetMessage {
  clockOffsetMs: number;
}

/** Moves the shared clock here and in the children, which follow with `followParentClock`; resolves when all have moved. */
export const advanceSharedClock = async (ms: number, children: readonly ChildProcess[]): Promise<void> => {
  sharedClock.advance(ms);
  const message: OffsetMessage = { clockOffsetMs: sharedClock.offsetMs };
  await Promise.all(children.filter(({ connected }) => connected).map((child) => tellOffset(child, message)));
};

const tellOffset = (child: ChildProcess, message: OffsetMessage): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      child.off('message', onMessage);
      child.off('exit', done);
      resolve();
    };
    const onMessage = (answer: unknown): void => {
      if (isOffsetMessage(answer) && answer.clockOffsetMs === message.clockOffsetMs) done();
    };
    child.on('message', onMessage);
    child.once('exit', done);
    child.send(message);
  });

/** In a child process: shows the parent's clock from now on. */
export const followParentClock = (): void => {
  shiftDate();
  process.on('message', (message: unknown) => {
    if (!isOffsetMessage(message)) return;
    sharedClock.moveTo(message.clockOffsetMs);
    process.send?.(message);
  });
};

const isOffsetMessage = (value: unknown): value is OffsetMessage =>
  typeof value === 'object' && value !== null && 'clockOffsetMs' in value;

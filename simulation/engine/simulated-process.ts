// A process of the product, as far as the simulation tells processes apart: what it has begun ends with it.

import { AsyncLocalStorage } from 'node:async_hooks';

export class SimulatedProcess {
  readonly name: string;
  /** How many milliseconds its clock is ahead of everybody else's now. */
  readonly skewMs: () => number;
  /** Tells for how many seconds nothing takes its place. */
  readonly ended: Promise<number>;
  readonly #end: (downSeconds: number) => void;
  #isAlive = true;

  constructor(name: string, skewMs: () => number = () => 0) {
    this.name = name;
    this.skewMs = skewMs;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** As by a power failure: nothing that it waits for ever comes, cleaning up included. */
  kill(downSeconds = 0): void {
    this.#isAlive = false;
    this.#end(downSeconds);
  }
}

/** Whose code is running, and for which request of a caller. */
export interface Running {
  process: SimulatedProcess;
  request?: object;
}

const running = new AsyncLocalStorage<Running | undefined>();

/** Undefined outside of the product. */
export const currentlyRunning = (): Running | undefined => running.getStore();

export const within = <T>(who: Running | undefined, work: () => T): T => running.run(who, work);

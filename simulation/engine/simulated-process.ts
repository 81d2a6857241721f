// A process of the product, as far as the simulation tells processes apart: what it has begun ends with it.

import { AsyncLocalStorage } from 'node:async_hooks';

export class SimulatedProcess {
  readonly name: string;
  /** Milliseconds that its clock is ahead of everybody else's. */
  skewMs = 0;
  readonly ended: Promise<void>;
  #end: () => void;
  #isAlive = true;

  constructor(name: string) {
    this.name = name;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.ended = promise;
    this.#end = () => resolve(undefined);
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** As by a power failure: nothing that it waits for ever comes, cleaning up included. */
  kill(): void {
    this.#isAlive = false;
    this.#end();
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

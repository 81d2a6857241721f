// Some threads side by side; each runs one seed after the other.

import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutants/mutant.ts';
import type { RunOptions, RunResult } from './run.ts';

export class Crew {
  readonly #workers: readonly Worker[];

  constructor(size: number, mutant?: Mutant) {
    const options = { workerData: { mutant }, execArgv: ['--disable-warning=ExperimentalWarning'] };
    this.#workers = Array.from({ length: size }, () => new Worker(new URL('worker.ts', import.meta.url), options));
  }

  /**
   * Tells results in the order of the seeds, whichever thread is ready first. `onResult` answers whether to go on.
   */
  async runAll(all: Iterable<RunOptions>, onResult: (result: RunResult) => boolean): Promise<void> {
    const waiting = all[Symbol.iterator]();
    const early = new Map<number, RunResult>();
    let started = 0;
    let told = 0;
    let goesOn = true;
    await Promise.all(
      this.#workers.map(async (worker) => {
        while (goesOn) {
          const next = waiting.next();
          if (next.done === true) return;
          const number = started;
          started += 1;
          early.set(number, await run(worker, next.value));
          for (let result = early.get(told); result !== undefined && goesOn; result = early.get(told)) {
            early.delete(told);
            told += 1;
            goesOn = onResult(result);
          }
        }
      }),
    );
  }

  async run(options: RunOptions): Promise<RunResult> {
    const [worker] = this.#workers;
    if (worker === undefined) throw new Error('a crew has at least one thread');
    return run(worker, options);
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** What breaks off a thread is told with the seed that it ran. */
const run = (worker: Worker, options: RunOptions): Promise<RunResult> =>
  new Promise((resolve, reject) => {
    const onError = (error: unknown): void => {
      reject(new Error(`the run of seed ${options.seed} was broken off`, { cause: error }));
    };
    worker.once('message', (result: RunResult) => {
      worker.off('error', onError);
      resolve(result);
    });
    worker.once('error', onError);
    worker.postMessage(options);
  });

// Some workers side by side; each takes one job after the other.

import { Worker } from 'node:worker_threads';
import type { JobData, JobName, JobResult } from './jobs.ts';

interface Job {
  name: JobName;
  data: unknown;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

export class Crew {
  readonly #workers: readonly Worker[];
  readonly #idle: Worker[];
  readonly #waiting: Job[] = [];
  readonly #doing = new Map<Worker, { job: Job; startedMs: number }>();

  constructor(size: number, onDone: (name: JobName, seconds: number) => void) {
    this.#workers = Array.from({ length: size }, () => new Worker(new URL('worker.ts', import.meta.url)));
    this.#idle = [...this.#workers];
    for (const worker of this.#workers) {
      worker.on('message', (result: unknown) => {
        const done = this.#doing.get(worker);
        if (done === undefined) return;
        onDone(done.job.name, (performance.now() - done.startedMs) / 1000);
        done.job.resolve(result);
        this.#doing.delete(worker);
        this.#idle.push(worker);
        this.#assign();
      });
      worker.on('error', (error: Error) => {
        this.#doing.get(worker)?.job.reject(error);
      });
    }
  }

  do<Name extends JobName>(name: Name, data: JobData<Name>): Promise<JobResult<Name>> {
    return new Promise<JobResult<Name>>((resolve, reject) => {
      this.#waiting.push({ name, data, resolve: resolve as (result: unknown) => void, reject });
      this.#assign();
    });
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #assign(): void {
    const worker = this.#idle.at(-1);
    const job = worker && this.#waiting.shift();
    if (worker === undefined || job === undefined) return;
    this.#idle.pop();
    this.#doing.set(worker, { job, startedMs: performance.now() });
    worker.postMessage({ name: job.name, data: job.data });
  }
}

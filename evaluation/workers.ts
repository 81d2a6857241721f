// Work on both cores. A task is a name and plain data; a worker does one after the other.

import { Worker } from 'node:worker_threads';

export interface Task {
  name: string;
  data: unknown;
}

/** Results in the order of the tasks. The first failure ends everything. */
export const runTasks = async (
  tasks: readonly Task[],
  workers: number,
  onDone: (task: Task, seconds: number) => void,
): Promise<unknown[]> => {
  const results: unknown[] = [];
  const waiting = tasks.entries();
  const running: Worker[] = [];
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    running.push(worker);
    for (const [index, task] of waiting) {
      const startedMs = performance.now();
      results[index] = await answerOf(worker, task);
      onDone(task, (performance.now() - startedMs) / 1000);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    await Promise.all(running.map((worker) => worker.terminate()));
  }
  return results;
};

const answerOf = (worker: Worker, task: Task): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.removeAllListeners();
      act();
    };
    worker.once('message', (answer) => {
      settle(() => {
        resolve(answer);
      });
    });
    worker.once('error', (error: Error) => {
      settle(() => {
        reject(error);
      });
    });
    worker.postMessage(task);
  });

import { parentPort } from 'node:worker_threads';
import { jobs, type JobName } from './jobs.ts';

parentPort?.on('message', ({ name, data }: { name: JobName; data: unknown }) => {
  const run = jobs[name] as (data: unknown) => unknown;
  parentPort?.postMessage(run(data));
});

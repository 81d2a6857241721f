// Runs one seed after the other in a thread of its own, whose globals are under virtual time.

import { parentPort, workerData } from 'node:worker_threads';
import type { Mutant } from './mutants/mutant.ts';
import { plantMutant } from './mutants/plant-mutant.ts';
import type { RunOptions } from './run.ts';

const { mutant } = workerData as { mutant?: Mutant };
if (mutant !== undefined) plantMutant(mutant);
// Loaded only now, so that it has the mutant.
const { runSeed } = await import('./run.ts');

parentPort?.on('message', (options: RunOptions) => {
  void runSeed(options).then((result) => parentPort?.postMessage(result));
});

// node test/simulation/support/print-runs.ts THREADS MINUTES SEED...: runs the seeds and prints each run in one line.

import { Crew } from '../../../simulation/crew.ts';

const [threads, minutes, ...seeds] = process.argv.slice(2).map(Number);

const crew = new Crew(threads ?? 1);
await crew.runAll(
  seeds.map((seed) => ({ seed, minutes: minutes ?? 1, isVerbose: true })),
  (result) => {
    console.log(JSON.stringify(result));
    return true;
  },
);
await crew.dismiss();

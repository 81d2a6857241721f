// node test/simulation/support/print-runs.ts THREADS OPTIONS...: makes the runs, whose options are given as JSON, and prints
// each run in one line.

import { Crew } from '../../../simulation/crew.ts';
import type { RunOptions } from '../../../simulation/run.ts';

const [threads, ...options] = process.argv.slice(2);

const crew = new Crew(Number(threads));
await crew.runAll(
  options.map((text) => JSON.parse(text) as RunOptions),
  (result) => {
    console.log(JSON.stringify(result));
    return true;
  },
);
await crew.dismiss();

// node test/simulation/support/catch-mutant.ts MUTANT: plants a mistake, looks for a run that fails, and prints the failure
// as found, as shrunk, as told and as it comes again. A crew loads its threads by itself, which a test's process cannot.

import { Crew } from '../../../simulation/crew.ts';
import { describeFailure } from '../../../simulation/describe-failure.ts';
import type { Mutant } from '../../../simulation/mutants/mutant.ts';
import type { RunOptions, RunResult } from '../../../simulation/run.ts';
import { shrink } from '../../../simulation/shrink.ts';

export interface Caught {
  failed: RunResult;
  smallest: RunResult;
  told: string;
  again: RunResult;
}

const MINUTES = 1;
const MOST_SEEDS = 20;

const mutant = JSON.parse(process.argv[2] ?? '') as Mutant;

function* runs(): Generator<RunOptions> {
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) yield { seed, minutes: MINUTES };
}

const crew = new Crew(1, mutant);
let failed: RunResult | undefined;
await crew.runAll(runs(), (result) => {
  if (result.broken.length > 0) failed = result;
  return failed === undefined;
});
if (failed === undefined) throw new Error(`"${mutant.name}" is not caught within ${MOST_SEEDS} seeds`);
const smallest = await shrink(failed, (options) => crew.run(options));
await crew.dismiss();

const others = new Crew(1, mutant);
const again = await others.run(smallest.options);
await others.dismiss();

const caught: Caught = { failed, smallest, told: describeFailure(smallest), again };
console.log(JSON.stringify(caught));

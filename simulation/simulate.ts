// `npm run simulate`: the whole product in many made-up days of trouble, each of which follows from its seed.

import { availableParallelism } from 'node:os';
import { Crew } from './crew.ts';
import { describeFailure } from './describe-failure.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { readOptions, type SimulationOptions, USAGE } from './options.ts';
import type { RunOptions, RunResult } from './run.ts';
import { shrink } from './shrink.ts';
import { addUp, describeTally, emptyTally } from './tally.ts';

/** Enough to see whether they have one cause. */
const MOST_FAILURES_TOLD = 3;

const say = (text: string): void => console.log(text);

const simulateSeeds = async (options: SimulationOptions): Promise<boolean> => {
  const { seeds, minutes } = options;
  const crew = new Crew(Math.min(seeds, availableParallelism()));
  const failed: RunResult[] = [];
  let tally = emptyTally;
  await crew.runAll(runsOf(options), (result) => {
    tally = addUp(tally, result);
    if (result.broken.length > 0) failed.push(result);
    if (process.stderr.isTTY) process.stderr.write(`\r${tally.runs} of ${seeds} runs, ${failed.length} failed`);
    return true;
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  for (const result of failed.slice(0, MOST_FAILURES_TOLD)) {
    say(describeFailure(await shrink(result, minutes, (run) => crew.run(run)), minutes));
  }
  await crew.dismiss();
  if (failed.length > MOST_FAILURES_TOLD) say(`seeds that failed: ${failed.map(({ seed }) => seed).join(', ')}\n`);
  say(describeTally(tally));
  say(`${seeds} runs, ${failed.length} failed`);
  return failed.length === 0;
};

function* runsOf({ firstSeed, seeds, minutes }: SimulationOptions): Generator<RunOptions> {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) yield { seed, minutes };
}

const simulateOne = async ({ firstSeed: seed, minutes }: SimulationOptions): Promise<boolean> => {
  const crew = new Crew(1);
  const result = await crew.run({ seed, minutes, isVerbose: true });
  await crew.dismiss();
  result.story.forEach(say);
  for (const { promise, what } of result.broken) say(`${promise} is broken: ${what}`);
  say(`1 runs, ${result.broken.length > 0 ? 1 : 0} failed`);
  return result.broken.length === 0;
};

const simulate = (options: SimulationOptions): Promise<boolean> => {
  switch (options.kind) {
    case 'seeds':
      return simulateSeeds(options);
    case 'mutants':
      return runMutants(options, say);
    case 'one':
      return simulateOne(options);
  }
};

const args = process.argv.slice(2);
if (args.includes('--help')) {
  say(USAGE);
} else {
  let options: SimulationOptions | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  if (options !== undefined && !(await simulate(options))) process.exitCode = 1;
}

// `npm run simulate`: the whole product in many made-up days of trouble, each of which follows from its seed.

import { availableParallelism } from 'node:os';
import { Crew } from './crew.ts';
import { argumentsOf, describeFailure } from './describe-failure.ts';
import { runsOfEveryStep } from './every-step.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { readOptions, type SimulationOptions, USAGE } from './options.ts';
import type { RunOptions, RunResult } from './run.ts';
import { shrink } from './shrink.ts';
import { addUp, describeTally, emptyTally } from './tally.ts';

/** Enough to see whether they have one cause. */
const MOST_FAILURES_TOLD = 3;

const say = (text: string): void => console.log(text);

const simulateAll = async (crew: Crew, runs: readonly RunOptions[]): Promise<boolean> => {
  const failed: RunResult[] = [];
  let tally = emptyTally;
  await crew.runAll(runs, (result) => {
    tally = addUp(tally, result);
    if (result.broken.length > 0) {
      failed.push(result);
      // Told in full at the end; many runs take long.
      console.error(`${argumentsOf(result.options)}: breaks ${result.broken[0]?.promise ?? ''}`);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${tally.runs} of ${runs.length} runs, ${failed.length} failed`);
    return true;
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  for (const result of failed.slice(0, MOST_FAILURES_TOLD)) {
    say(describeFailure(await shrink(result, (run) => crew.run(run))));
  }
  if (failed.length > MOST_FAILURES_TOLD) {
    const others = failed.slice(MOST_FAILURES_TOLD).map(({ options }) => `  ${argumentsOf(options)}`);
    say(['Others that failed:', ...others, ''].join('\n'));
  }
  say(describeTally(tally));
  say(`${runs.length} runs, ${failed.length} failed`);
  return failed.length === 0;
};

const seedsOf = ({ firstSeed, seeds, minutes }: SimulationOptions): RunOptions[] =>
  Array.from({ length: seeds }, (_, index) => ({ seed: firstSeed + index, minutes }));

const everyStepOf = async (crew: Crew, options: SimulationOptions): Promise<RunOptions[]> => {
  const isVerbose = options.step !== undefined;
  const run = (one: RunOptions) => crew.run(one);
  const all: RunOptions[] = [];
  for (const seed of seedsOf(options)) all.push(...(await runsOfEveryStep({ ...seed, isVerbose }, run, options.step)));
  return all;
};

/** False when a run failed. */
const simulateMany = async (options: SimulationOptions): Promise<boolean> => {
  const crew = new Crew(availableParallelism());
  const runs = options.kind === 'every-step' ? await everyStepOf(crew, options) : seedsOf(options);
  if (runs.length === 0) say(`there is no step ${options.step ?? ''} in these runs, or nothing can go wrong yet`);
  const isFine = (await simulateAll(crew, runs)) && runs.length > 0;
  await crew.dismiss();
  return isFine;
};

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
    case 'every-step':
      return simulateMany(options);
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

// `npm run evaluate`: people and attackers are made up, watched by everybody, and the result is held against the goals.

import { Crew } from './crew.ts';
import { checkGoal } from './goals.ts';
import { goalsOf } from './goals-of.ts';
import { measureAll } from './measure-all.ts';
import { type EvaluationOptions, readOptions, usage } from './options.ts';
import { goalsTable } from './report/goals-table.ts';
import { writePages } from './report/write-pages.ts';

/** Two cores are what everybody has. */
const WORKERS = 2;

const evaluate = async (options: EvaluationOptions): Promise<void> => {
  const startedMs = performance.now();
  const crew = new Crew(WORKERS, (name, seconds) => {
    process.stderr.write(`${name}: ${seconds.toFixed(1)} s\n`);
  });
  try {
    const evaluation = await measureAll(options, crew);
    const goals = goalsOf(evaluation).map((goal) => checkGoal(goal, options.quick));
    process.stdout.write(goalsTable(goals));
    if (!options.quick) {
      for (const path of await writePages(evaluation, goals)) process.stdout.write(`wrote ${path}\n`);
    }
    process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);
    if (goals.some(({ kind }) => kind === 'missed')) process.exitCode = 1;
  } finally {
    await crew.dismiss();
  }
};

/** Undefined when they are not understood, which has been said then. */
const askedFor = (): EvaluationOptions | undefined => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
};

const options = askedFor();
if (options === undefined) process.exitCode = 2;
else await evaluate(options);

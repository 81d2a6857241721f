// Shows that the checker can see: each deliberate mistake has to break a promise within some seeds.

import { availableParallelism } from 'node:os';
import { Crew } from '../crew.ts';
import type { SimulationOptions } from '../options.ts';
import type { RunOptions, RunResult } from '../run.ts';
import { mutants } from './mutants.ts';

/** True when every mistake was caught. */
export const runMutants = async (
  { firstSeed, seeds, minutes }: SimulationOptions,
  say: (line: string) => void,
): Promise<boolean> => {
  const width = Math.max(...mutants.map(({ name }) => name.length)) + 2;
  let caught = 0;
  say(`${'mistake'.padEnd(width)}${'seeds'.padEnd(8)}first sign`);
  for (const mutant of mutants) {
    const crew = new Crew(availableParallelism(), mutant);
    let found: { number: number; result: RunResult } | undefined;
    let number = 0;
    await crew.runAll(runs(), (result) => {
      number += 1;
      if (result.broken.length > 0) found ??= { number, result };
      return found === undefined;
    });
    await crew.dismiss();
    if (found !== undefined) caught += 1;
    const [first] = found?.result.broken ?? [];
    const sign = first === undefined ? 'NOT CAUGHT' : `${first.promise}: ${first.what.split('\n', 1)[0] ?? ''}`;
    say(`${mutant.name.padEnd(width)}${String(found?.number ?? `>${seeds}`).padEnd(8)}${sign}`);
  }
  say(`${mutants.length} mistakes, ${caught} caught`);
  return caught === mutants.length;

  function* runs(): Generator<RunOptions> {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) yield { seed, minutes };
  }
};

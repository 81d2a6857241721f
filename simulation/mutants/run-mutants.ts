// Shows that the checker can see: each deliberate mistake has to break a promise within some seeds.

import { availableParallelism } from 'node:os';
import type { Broken } from '../checker/model.ts';
import { Crew } from '../crew.ts';
import type { SimulationOptions } from '../options.ts';
import type { RunOptions } from '../run.ts';
import { mutants } from './mutants.ts';

/** True when every mistake was caught. */
export const runMutants = async (
  { firstSeed, seeds, minutes, mutant: part = '' }: SimulationOptions,
  say: (line: string) => void,
): Promise<boolean> => {
  const chosen = mutants.filter(({ name }) => name.includes(part));
  const width = Math.max(0, ...chosen.map(({ name }) => name.length)) + 2;
  let caught = 0;
  say(`${'mistake'.padEnd(width)}${'seeds'.padEnd(8)}first sign`);
  for (const mutant of chosen) {
    const crew = new Crew(availableParallelism(), mutant);
    let sign: Broken | undefined;
    let number = 0;
    await crew.runAll(runs(), ({ broken }) => {
      number += 1;
      sign = broken.find(({ promise }) => mutant.breaks.includes(promise));
      return sign === undefined;
    });
    await crew.dismiss();
    if (sign !== undefined) caught += 1;
    const told = sign === undefined ? 'NOT CAUGHT' : `${sign.promise}: ${sign.what.split('\n', 1)[0] ?? ''}`;
    say(`${mutant.name.padEnd(width)}${(sign === undefined ? `>${seeds}` : String(number)).padEnd(8)}${told}`);
  }
  say(`${chosen.length} mistakes, ${caught} caught`);
  return caught === chosen.length && caught > 0;

  function* runs(): Generator<RunOptions> {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) yield { seed, minutes };
  }
};

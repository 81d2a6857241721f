// `npm run bench:detection`: what detection costs in time, memory and requests, each number beside its bound or in
// proportion to the plain way.

import { parseArgs } from 'node:util';
import { defaultPolicy } from '../shared/domain/policy.ts';
import { measureDetectSweep } from './bench/detect-sweep.ts';
import { type Figure, holds } from './bench/figure.ts';
import { figuresTable } from './bench/figures-table.ts';
import { measureHistorySize } from './bench/history-size.ts';
import { measureJudging } from './bench/judging-speed.ts';
import { measureReplay } from './bench/replay-speed.ts';
import { measureWatchSweep } from './bench/watch-sweep.ts';

const usage = `npm run bench:detection [-- --full] [--json]

  --full   replays 5,000,000 events instead of 1,000,000; takes 1.5 GB of the temporary folder
  --json   prints one JSON document instead of tables

Exit 1 when a bound is broken, 2 when the arguments are not understood.
`;

const run = async ({ full, json }: { full: boolean; json: boolean }): Promise<void> => {
  const people = { seed: 1, policy: defaultPolicy };
  const parts: [string, () => Figure[] | Promise<Figure[]>][] = [
    ['Time of a judgement: fold an attempt, renew the link, judge', () => measureJudging(people)],
    ['Size of a stored history', () => measureHistorySize(people)],
    ['Replay of a file', () => measureReplay({ seed: 1, atLeastEvents: full ? 5_000_000 : 1_000_000 })],
    ['Sweep detect-abuse-patterns, on the local Cosmos DB', () => measureDetectSweep(people)],
    ['Sweep watch-customers, on the local Cosmos DB', () => measureWatchSweep()],
  ];
  const measured: { part: string; figures: Figure[] }[] = [];
  for (const [part, measure] of parts) {
    const figures = await measure();
    measured.push({ part, figures });
    if (!json) console.log(`${part}\n\n${figuresTable(figures)}`);
  }
  if (json) console.log(JSON.stringify(measured));

  const broken = measured.flatMap(({ figures }) => figures).filter((figure) => !holds(figure));
  if (broken.length === 0) return;
  console.error(`Broken: ${broken.map(({ measure }) => measure).join('; ')}.`);
  process.exitCode = 1;
};

const readOptions = (): { full: boolean; json: boolean } | undefined => {
  try {
    return parseArgs({
      options: { full: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return undefined;
  }
};

const options = readOptions();
if (options === undefined) process.exitCode = 2;
else await run(options);

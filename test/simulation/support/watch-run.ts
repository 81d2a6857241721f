// node test/simulation/support/watch-run.ts SEED: runs a seed and prints every wait for the machine itself: a timer, a thread,
// a file, a socket, for which no two runs wait equally long. Then it waits so itself, to show that this would be seen.

import { createHook } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { setTimeout as machineTimeout } from 'node:timers/promises';
import { runSeed } from '../../../simulation/run.ts';

/** They go before the machine's next turn, or never wait at all. */
const HARMLESS = ['PROMISE', 'TickObject', 'Microtask', 'bound-anonymous-fn', 'STREAM_END_OF_STREAM'];

export interface Watched {
  steps: number;
  waits: string[];
  plantedWaits: string[];
}

const stackHere = (): string => {
  const here: { stack?: string } = {};
  Error.captureStackTrace(here);
  return here.stack ?? '';
};

const isHarmless = (kind: string): boolean => {
  if (HARMLESS.includes(kind)) return true;
  const stack = stackHere();
  // By this, time moves on.
  if (kind === 'Immediate') return stack.includes('simulation/engine/virtual-time.ts');
  // Made and carried out in one.
  return kind === 'RANDOMBYTESREQUEST' && stack.includes('randomFillSync');
};

const waits = new Set<string>();
let isWatching = true;
createHook({
  init: (_, kind) => {
    if (isWatching && !isHarmless(kind)) waits.add(kind);
  },
}).enable();

const seed = Number(process.argv[2]);
const { counts } = await runSeed({ seed, minutes: 1 });
isWatching = false;
const ofRun = [...waits];

isWatching = true;
await Promise.all([machineTimeout(1), readFile(import.meta.filename)]);
isWatching = false;

const watched: Watched = { steps: counts.steps, waits: ofRun, plantedWaits: [...waits] };
console.log(JSON.stringify(watched));

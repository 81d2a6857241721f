// One seed's people again and again, and each time one thing goes wrong, at one step: each crash point there is.

import type { Fault } from './faults/fault.ts';
import type { RunOptions, RunResult } from './run.ts';

const DOWN_SECONDS = 3;

/**
 * All runs in which one step is struck, found by running without trouble. Up to that step a run is the same as without, so
 * the step is there. `step`: only that one.
 */
export const runsOfEveryStep = async (
  options: RunOptions,
  run: (options: RunOptions) => Promise<RunResult>,
  step?: number,
): Promise<RunOptions[]> => {
  const { firstStep, counts } = await run({ ...options, faults: [] });
  const all = Array.from({ length: counts.steps - firstStep + 1 }, (_, index) => firstStep + index);
  return all
    .filter((number) => step === undefined || number === step)
    .flatMap((number) => faultsAt(number).map((fault) => ({ ...options, faults: [fault] })));
};

const faultsAt = (step: number): Fault[] => [
  { kind: 'crash', when: 'before', step, downSeconds: DOWN_SECONDS },
  { kind: 'crash', when: 'after', step, downSeconds: DOWN_SECONDS },
  { kind: 'lost-reply', step },
];

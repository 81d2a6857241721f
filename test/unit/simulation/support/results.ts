import type { RunResult } from '../../../../simulation/run.ts';

/** A run in which nothing happened. */
export const aResult = (what: Partial<RunResult> = {}): RunResult => ({
  options: { seed: 7, minutes: 4 },
  only: { faults: [], members: [], decisions: [] },
  faults: [],
  broken: [],
  hits: {},
  story: [],
  firstStep: 1,
  counts: { steps: 0, tokens: 0, attempts: 0, flags: 0 },
  ...what,
});

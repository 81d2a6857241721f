import type { RunResult } from '../../../../simulation/run.ts';

/** A run in which nothing happened. */
export const aResult = (what: Partial<RunResult> = {}): RunResult => ({
  seed: 7,
  only: { faults: [], members: [], decisions: [] },
  faults: [],
  broken: [],
  hits: {},
  story: [],
  counts: { steps: 0, tokens: 0, attempts: 0, flags: 0 },
  ...what,
});

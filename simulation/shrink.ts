// A failure, told with as little as possible: what can be left out while the same promise still breaks is left out.

import type { RunOptions, RunResult } from './run.ts';
import type { Only } from './script.ts';

const parts = ['faults', 'decisions', 'members'] as const;

/** `run` has to be deterministic; the answer is the smallest run that was found. */
export const shrink = async (
  failed: RunResult,
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<RunResult> => {
  const promise = failed.broken[0]?.promise;
  let smallest = failed;
  for (let before: RunResult | undefined; before !== smallest;) {
    before = smallest;
    for (const part of parts) {
      for (const number of smallest.only[part]) {
        const only: Only = { ...smallest.only, [part]: smallest.only[part].filter((one) => one !== number) };
        const result = await run({ ...failed.options, only });
        if (result.broken[0]?.promise === promise) smallest = result;
      }
    }
  }
  return smallest;
};

// What many runs came to, together.

import type { FaultKind } from './faults/fault.ts';
import type { RunResult } from './run.ts';

export interface Tally {
  runs: number;
  counts: RunResult['counts'];
  hits: ReadonlyMap<FaultKind, number>;
}

export const emptyTally: Tally = { runs: 0, counts: { steps: 0, tokens: 0, attempts: 0, flags: 0 }, hits: new Map() };

export const addUp = ({ runs, counts, hits }: Tally, result: RunResult): Tally => {
  const sum = new Map(hits);
  for (const [kind, times] of Object.entries(result.hits)) {
    sum.set(kind as FaultKind, (sum.get(kind as FaultKind) ?? 0) + times);
  }
  return {
    runs: runs + 1,
    counts: {
      steps: counts.steps + result.counts.steps,
      tokens: counts.tokens + result.counts.tokens,
      attempts: counts.attempts + result.counts.attempts,
      flags: counts.flags + result.counts.flags,
    },
    hits: sum,
  };
};

export const describeTally = ({ counts, hits }: Tally): string => {
  const { steps, tokens, attempts, flags } = counts;
  const faults = [...hits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `  ${kind.padEnd(20)}${times}`);
  return [
    `${steps} steps of input and output, ${tokens} tokens, ${attempts} entries in ledgers, ${flags} flags`,
    'Faults that struck, by kind:',
    ...(faults.length > 0 ? faults : ['  none']),
  ].join('\n');
};

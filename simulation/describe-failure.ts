import { describeFault } from './faults/fault.ts';
import type { RunResult } from './run.ts';

/** All that somebody needs to see it, and to see it again. */
export const describeFailure = (result: RunResult, minutes: number): string => {
  const { seed, broken, faults, story } = result;
  return [
    `seed ${seed} breaks a promise`,
    ...broken.map(({ promise, what }) => `  ${promise}: ${what}`),
    '  Faults that it takes:',
    ...(faults.length > 0 ? faults.map((fault) => `    ${describeFault(fault)}`) : ['    none']),
    '  The shortest trace found, in seconds:',
    ...story.map((line) => `    ${line}`),
    `  Again, with every step: npm run simulate -- --seed ${seed} --minutes ${minutes} --trace`,
    '',
  ].join('\n');
};

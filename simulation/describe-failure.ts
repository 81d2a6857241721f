import { describeFault } from './faults/fault.ts';
import type { RunOptions, RunResult } from './run.ts';

/** All that somebody needs to see it, and to see it again. */
export const describeFailure = (result: RunResult): string => {
  const { options, broken, faults, story } = result;
  return [
    `seed ${options.seed} breaks a promise`,
    ...broken.map(({ promise, what }) => `  ${promise}: ${what}`),
    '  Faults that it takes:',
    ...(faults.length > 0 ? faults.map((fault) => `    ${describeFault(fault)}`) : ['    none']),
    '  The shortest trace found, in seconds:',
    ...story.map((line) => `    ${line}`),
    `  Again, with every step: npm run simulate -- ${argumentsOf(options)}`,
    '',
  ].join('\n');
};

/** Of the command that gives the run again. */
export const argumentsOf = ({ seed, minutes, faults }: RunOptions): string => {
  const [fault] = faults ?? [];
  const what = fault !== undefined && 'step' in fault ? `--every-step --step ${fault.step}` : '--trace';
  return `--seed ${seed} --minutes ${minutes} ${what}`;
};

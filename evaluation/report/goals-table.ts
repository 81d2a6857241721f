import type { GoalCheck } from '../goals.ts';
import { markdownTable } from './markdown-table.ts';

/** Goal by goal, with the interval where the figure is a sample. */
export const goalsTable = (goals: readonly GoalCheck[]): string =>
  markdownTable(
    [
      { heading: 'Measure', align: 'left' },
      { heading: 'goal', align: 'right' },
      { heading: 'measured', align: 'right' },
      { heading: '', align: 'left' },
    ],
    goals.map(({ measure, bound, goal, measured, low, high, format, kind }) => [
      measure,
      `${bound} ${format(goal)}`,
      low === undefined || high === undefined
        ? format(measured)
        : `${format(measured)} [${format(low)}, ${format(high)}]`,
      kind,
    ]),
  );

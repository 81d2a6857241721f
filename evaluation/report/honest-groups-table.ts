import type { Interval } from '../statistics/interval.ts';
import { formatCount, formatPerTenThousandInterval } from './formats.ts';
import { markdownTable } from './markdown-table.ts';

export interface HonestGroup {
  group: string;
  ids: number;
  flagged: Interval;
  paused: Interval;
}

/** What honest people have to bear, group by group. */
export const honestGroupsTable = (groups: readonly HonestGroup[]): string =>
  markdownTable(
    [
      { heading: 'Honest group', align: 'left' },
      { heading: 'ids', align: 'right' },
      { heading: 'flagged per 10,000', align: 'right' },
      { heading: 'paused per 10,000', align: 'right' },
    ],
    groups.map(({ group, ids, flagged, paused }) => [
      group,
      formatCount(ids),
      formatPerTenThousandInterval(flagged),
      formatPerTenThousandInterval(paused),
    ]),
  );

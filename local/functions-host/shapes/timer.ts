import type { InputData } from '../rpc.ts';
import type { TimerStatus } from '../timer/schedule.ts';

export const toTimerData = (status: TimerStatus | null, isPastDue: boolean): InputData => ({
  json: JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status && {
      Last: toText(status.last),
      Next: toText(status.next),
      LastUpdated: toText(status.lastUpdated),
    },
    IsPastDue: isPastDue,
  }),
});

const toText = (date: Date | undefined): string =>
  date === undefined
    ? '0001-01-01T00:00:00+00:00'
    : date
        .toISOString()
        .replace(/\.?0*Z$/, 'Z')
        .replace('Z', '+00:00');

import type { AttemptJudged } from '../../shared/domain/events.ts';

/** What a detector counts, for one subject: a correlation id or a device. */
export interface Rule {
  name: string;
  source: string;
  shipped: number;
  newSubject(): SubjectStatistic;
}

/**
 * The subject's statistic after this attempt. A rule judges when what it counts grows: after another attempt (such as
 * a pass, for a rule that counts failures) it answers 0. So nobody is flagged for passing on a device that others have
 * spoiled, which is kinder to the rule than locking the device.
 */
export type SubjectStatistic = (attempt: AttemptJudged) => number;

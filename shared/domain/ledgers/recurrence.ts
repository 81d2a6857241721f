// Spoofs on too many of the active days: a slow drip.

import type { DayShareProfile, Profiles } from '../policy.ts';
import { makeDayShareRatio } from './day-share.ts';

export const makeRecurrenceLedger = (
  profiles: Profiles<DayShareProfile>,
): ((counts: { spoofDays: number; activeDays: number }) => number) => {
  const ratio = makeDayShareRatio(profiles);
  return ({ spoofDays, activeDays }) => ratio(spoofDays, activeDays);
};

// Tries again right after passing: someone who has no need to.

import type { DayShareProfile, Profiles } from '../policy.ts';
import { makeDayShareRatio } from './day-share.ts';

export const makeAfterPassLedger = (
  profiles: Profiles<DayShareProfile>,
): ((counts: { spoofAfterPassDays: number; passDays: number }) => number) => {
  const ratio = makeDayShareRatio(profiles);
  return ({ spoofAfterPassDays, passDays }) => (passDays === 0 ? 0 : ratio(spoofAfterPassDays, passDays));
};

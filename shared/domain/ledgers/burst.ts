// Many failures in one day.

import type { DailyAmountProfile, Profiles } from '../policy.ts';
import { makeDailyAmountRatio } from './daily-amount.ts';

export const makeBurstLedger = (
  profiles: Profiles<DailyAmountProfile>,
): ((days: readonly { burstHundredths: number }[]) => number) => {
  const ratio = makeDailyAmountRatio(profiles);
  return (days) => ratio(days.map(({ burstHundredths }) => burstHundredths));
};

// Uncertain and technical results pile up: probing with pictures too poor to be called a spoof.

import type { DailyAmountProfile, Profiles } from '../policy.ts';
import { makeDailyAmountRatio } from './daily-amount.ts';

export const makeQualityLedger = (
  profiles: Profiles<DailyAmountProfile>,
): ((days: readonly { qualityHundredths: number }[]) => number) => {
  const ratio = makeDailyAmountRatio(profiles);
  return (days) => ratio(days.map(({ qualityHundredths }) => qualityHundredths));
};

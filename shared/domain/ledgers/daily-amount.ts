// An amount in one day, Gamma-Poisson, averaged over the active days: one bad day among many good ones weighs less.

import { logRising, logSumExp, memoised } from '../log-gamma.ts';
import type { DailyAmountProfile, Profiles } from '../policy.ts';
import { makeRatio } from './ledger.ts';

/** ln of the mean over the days of that day's ratio; amounts in hundredths. */
export const makeDailyAmountRatio = (
  profiles: Profiles<DailyAmountProfile>,
): ((hundredthsByDay: readonly number[]) => number) => {
  const ratio = makeRatio(profiles, ({ meanPerDay, shape }) => {
    const rate = shape / meanPerDay;
    return (amount: number) =>
      shape * Math.log(rate) - (shape + amount) * Math.log(rate + 1) + logRising(shape, amount);
  });
  const ratioOfDay = memoised((hundredths) => ratio(hundredths / 100));
  return (hundredthsByDay) => logSumExp(hundredthsByDay.map(ratioOfDay)) - Math.log(hundredthsByDay.length);
};

// So many of so many days: a beta-binomial.

import { makeLogRising } from '../log-gamma.ts';
import type { DayShareProfile, Profiles } from '../policy.ts';
import { makeRatio } from './ledger.ts';

export const makeDayShareRatio = (profiles: Profiles<DayShareProfile>): ((days: number, ofDays: number) => number) =>
  makeRatio(profiles, ({ mean, concentration }) => {
    const hit = makeLogRising(concentration * mean);
    const missed = makeLogRising(concentration * (1 - mean));
    const all = makeLogRising(concentration);
    return (days: number, ofDays: number) => hit(days) + missed(ofDays - days) - all(ofDays);
  });

// A ledger is a Bayes factor: how much likelier the counts are under abuse than under honest use, as a logarithm. Each
// side is a mixture of profiles, so a bad camera explains its own failures.

import { logSumExp } from '../log-gamma.ts';
import type { Profiles } from '../policy.ts';

/** ln(sum over abuse of w * likelihood) - ln(sum over honest of w * likelihood), for the logarithms of likelihoods. */
export const makeRatio = <Profile extends { weight: number }, Statistic extends unknown[]>(
  { honest, abuse }: Profiles<Profile>,
  makeLogLikelihood: (profile: Profile) => (...statistic: Statistic) => number,
): ((...statistic: Statistic) => number) => {
  const logOfMixture = (profiles: readonly Profile[]): ((...statistic: Statistic) => number) => {
    const terms = profiles.map((profile) => ({
      lnWeight: Math.log(profile.weight),
      logLikelihood: makeLogLikelihood(profile),
    }));
    return (...statistic) => logSumExp(terms.map((term) => term.lnWeight + term.logLikelihood(...statistic)));
  };
  const abusive = logOfMixture(abuse);
  const usual = logOfMixture(honest);
  return (...statistic) => abusive(...statistic) - usual(...statistic);
};

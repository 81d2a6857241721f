// The default policy with guesses that are off: honest people are taken to fail so many times as often as it says.

import { type ClassMixProfile, defaultPolicy, type Policy } from '../shared/domain/policy.ts';

export const withHonestRates = (factor: number): Policy => {
  const { ledgers } = defaultPolicy.score;
  return {
    ...defaultPolicy,
    score: {
      ...defaultPolicy.score,
      ledgers: {
        mix: { ...ledgers.mix, honest: ledgers.mix.honest.map((profile) => scaledMix(profile, factor)) },
        burst: { ...ledgers.burst, honest: ledgers.burst.honest.map((profile) => scaledAmount(profile, factor)) },
        recurrence: {
          ...ledgers.recurrence,
          honest: ledgers.recurrence.honest.map((profile) => scaledShare(profile, factor)),
        },
        quality: { ...ledgers.quality, honest: ledgers.quality.honest.map((profile) => scaledAmount(profile, factor)) },
        afterPass: {
          ...ledgers.afterPass,
          honest: ledgers.afterPass.honest.map((profile) => scaledShare(profile, factor)),
        },
      },
    },
  };
};

const scaledMix = (profile: ClassMixProfile, factor: number): ClassMixProfile => {
  const { spoof, uncertain, technical } = profile.means;
  const failing = factor * (spoof + uncertain + technical);
  // The weakest camera would fail nearly always: something has to be left for passes.
  const by = failing > MOST_FAILING ? (factor * MOST_FAILING) / failing : factor;
  const means = { spoof: by * spoof, uncertain: by * uncertain, technical: by * technical };
  return { ...profile, means: { real: 1 - means.spoof - means.uncertain - means.technical, ...means } };
};

const MOST_FAILING = 0.95;

const scaledAmount = <Profile extends { meanPerDay: number }>(profile: Profile, factor: number): Profile => ({
  ...profile,
  meanPerDay: factor * profile.meanPerDay,
});

const scaledShare = <Profile extends { mean: number }>(profile: Profile, factor: number): Profile => ({
  ...profile,
  mean: factor * profile.mean,
});

import type { TunedLimit } from './tune.ts';

/**
 * A mean over attackers at exactly the honest rate that was asked for. A rule that counts cannot reach it with one
 * limit; tossing a coin for each id between the tuned limit and the next lower one does (the randomised test of Neyman
 * and Pearson). No system would, but it is the most that the rule can give at this rate, so no rule loses by its steps.
 */
export const atHonestRate = (tuned: TunedLimit, rate: number, meanAt: (limit: number) => number): number => {
  const { looser, limit, honestRate } = tuned;
  if (looser === undefined) return meanAt(limit);
  const looserShare = (rate - honestRate) / (looser.honestRate - honestRate);
  return looserShare * meanAt(looser.limit) + (1 - looserShare) * meanAt(limit);
};

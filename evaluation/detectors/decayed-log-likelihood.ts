import type { Outcome } from '../../shared/domain/events.ts';
import { MS_PER_DAY } from '../../shared/domain/time.ts';
import { decayedSum } from './decayed-sum.ts';
import { attack, attackBetweenPasses, type OutcomeRates, poorCapture, usualUser } from './outcome-rates.ts';
import type { Rule } from './rule.ts';

interface Profile {
  weight: number;
  rates: OutcomeRates;
}

const honest: readonly Profile[] = [
  { weight: 0.85, rates: usualUser },
  { weight: 0.15, rates: poorCapture },
];
const abuse: readonly Profile[] = [
  { weight: 0.5, rates: attack },
  { weight: 0.5, rates: attackBetweenPasses },
];

const outcomes: readonly Outcome[] = ['real', 'spoof', 'uncertain', 'technical'];
const halfLifeMs = 7 * MS_PER_DAY;

/**
 * How much better attackers explain the outcomes than honest people do, in nats; old attempts fade with a half-life of
 * 7 days. Both sides are mixtures of profiles. Nobody ships it; ln 200 is what one false flag in 200 would ask for if
 * the rates were right and nothing faded.
 *
 * Weighs all four outcomes; passes speak for the person.
 */
export const decayedLogLikelihood: Rule = {
  name: 'decayed log-likelihood, 7 days',
  source: 'Wald 1945, Sequential tests of statistical hypotheses; mixtures and decay as in common fraud scores',
  shipped: Math.log(200),
  newSubject: () => {
    const sums = outcomes.map(() => decayedSum(halfLifeMs));
    return ({ outcome, atMs }) => {
      const counts = sums.map((add, index) => add(outcomes[index] === outcome ? 1 : 0, atMs));
      return outcome === 'real' ? 0 : logLikelihood(counts, abuse) - logLikelihood(counts, honest);
    };
  },
};

const logLikelihood = (counts: readonly number[], profiles: readonly Profile[]): number => {
  const terms = profiles.map(({ weight, rates }) =>
    outcomes.reduce((sum, outcome, index) => sum + (counts[index] ?? 0) * Math.log(rates[outcome]), Math.log(weight)),
  );
  const largest = Math.max(...terms);
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
};

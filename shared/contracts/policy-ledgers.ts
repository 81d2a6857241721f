// The part of a policy with the weights of the five ledgers.

import { isOne, number, profiles, readable, section, whole, wholeNumber } from './policy-leaves.ts';

const NOT_FITTED = 'Round guess from published error rates, not fitted to data.';

const weight = number(
  { over: 0, to: 1 },
  { unit: 'share', source: NOT_FITTED, description: 'How many people of this side are of this kind.' },
);
const concentration = number(
  { from: 0.1, to: 1000 },
  { unit: 'pseudo-counts', source: NOT_FITTED, description: 'How alike people of this kind are.' },
);

const meanShare = (what: string) =>
  number({ over: 0, under: 1 }, { unit: 'share', source: NOT_FITTED, description: `Expected share of ${what}.` });

const classMixProfile = whole({
  weight,
  means: whole({
    real: meanShare('passes'),
    spoof: meanShare('spoof results'),
    uncertain: meanShare('uncertain results'),
    technical: meanShare('technical failures'),
  }).refine((means) => isOne(sumOf(means)), {
    error: ({ input }) => `The means must add up to 1, not ${readable(sumOf(input as Record<string, number>))}.`,
  }),
  concentration,
});

const sumOf = (shares: Record<string, number>): number => Object.values(shares).reduce((sum, share) => sum + share, 0);

const dailyAmountProfile = whole({
  weight,
  meanPerDay: number(
    { from: 0.001, to: 1000 },
    { unit: 'failures an active day', source: NOT_FITTED, description: 'Expected weighted failures.' },
  ),
  shape: number(
    { from: 0.01, to: 100 },
    { unit: 'shape of the Gamma', source: NOT_FITTED, description: 'The larger, the more alike are the days.' },
  ),
});

const dayShareProfile = whole({ weight, mean: meanShare('the days'), concentration });

const failureWeights = (source: string) => {
  const hundredths = (outcome: string) =>
    wholeNumber(0, 1000, { unit: 'hundredths', source, description: `What one ${outcome} adds to a day's amount.` });
  return section({
    spoof: hundredths('spoof result'),
    uncertain: hundredths('uncertain result'),
    technical: hundredths('technical failure'),
  });
};

const honest = 'Kinds of honest people.';
const abuse = 'Kinds of abuse.';

export const ledgers = section({
  mix: section(
    { honest: profiles(classMixProfile, honest), abuse: profiles(classMixProfile, abuse) },
    'Too many spoof results for the passes.',
  ),
  burst: section(
    {
      honest: profiles(dailyAmountProfile, honest),
      abuse: profiles(dailyAmountProfile, abuse),
      weightHundredths: failureWeights('How much each outcome tells of an attack; round guess.'),
    },
    'Many failures in one day.',
  ),
  recurrence: section(
    { honest: profiles(dayShareProfile, honest), abuse: profiles(dayShareProfile, abuse) },
    'Spoof results on too many days.',
  ),
  quality: section(
    {
      honest: profiles(dailyAmountProfile, honest),
      abuse: profiles(dailyAmountProfile, abuse),
      weightHundredths: failureWeights('How much each outcome tells of bad pictures; round guess.'),
    },
    'Uncertain and technical results pile up.',
  ),
  afterPass: section(
    { honest: profiles(dayShareProfile, honest), abuse: profiles(dayShareProfile, abuse) },
    'Tries again right after passing.',
  ),
});

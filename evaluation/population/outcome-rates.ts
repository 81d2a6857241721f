// Chances of the ends of one attempt; they add up to 1.

import type { Outcome } from '../../shared/domain/events.ts';
import type { Random } from '../random.ts';

export type OutcomeRates = Readonly<Record<Outcome, number>>;

/** However bad it gets, one attempt in twenty of an honest person passes. */
const MOST_FAILURES = 0.95;

export const drawOutcome = (random: Random, rates: OutcomeRates): Outcome => {
  let left = random.fraction() - rates.real;
  if (left < 0) return 'real';
  left -= rates.spoof;
  if (left < 0) return 'spoof';
  return left < rates.uncertain ? 'uncertain' : 'technical';
};

/** Dirichlet: people differ, the more the smaller the concentration. */
export const drawRates = (random: Random, means: OutcomeRates, concentration: number): OutcomeRates => {
  const draw = (mean: number): number => (mean === 0 ? 0 : random.gamma(concentration * mean));
  const real = draw(means.real);
  const spoof = draw(means.spoof);
  const uncertain = draw(means.uncertain);
  const technical = draw(means.technical);
  const total = real + spoof + uncertain + technical;
  return { real: real / total, spoof: spoof / total, uncertain: uncertain / total, technical: technical / total };
};

/** All failures a given number of times as frequent. */
export const withFailureRates = (rates: OutcomeRates, factor: number): OutcomeRates =>
  withFailures(rates, (1 - rates.real) * factor);

/** The odds of failing a given number of times as high; which failure it is keeps its shares. */
export const withFailureOdds = (rates: OutcomeRates, factor: number): OutcomeRates => {
  const failing = 1 - rates.real;
  return withFailures(rates, (failing * factor) / (failing * factor + rates.real));
};

/** Only what goes wrong before a face can be judged is more frequent: a bug in an app makes nobody look like a photo. */
export const withCaptureFailures = (rates: OutcomeRates, factor: number): OutcomeRates => {
  const captureFailures = rates.uncertain + rates.technical;
  if (captureFailures === 0) return rates;
  const scale = Math.min(factor, Math.max(1, (MOST_FAILURES - rates.spoof) / captureFailures));
  const uncertain = rates.uncertain * scale;
  const technical = rates.technical * scale;
  return { real: 1 - rates.spoof - uncertain - technical, spoof: rates.spoof, uncertain, technical };
};

const withFailures = (rates: OutcomeRates, failing: number): OutcomeRates => {
  const before = 1 - rates.real;
  if (before <= 0) return rates;
  const after = Math.min(failing, Math.max(before, MOST_FAILURES));
  const scale = after / before;
  return {
    real: 1 - after,
    spoof: rates.spoof * scale,
    uncertain: rates.uncertain * scale,
    technical: rates.technical * scale,
  };
};

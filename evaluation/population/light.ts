import type { Random } from '../random.ts';
import { withFailureOdds, type OutcomeRates } from './outcome-rates.ts';

const POOR_LIGHT = { share: 0.07, failureOdds: 5 };

/** The rates of one need: light is good or poor for all its attempts. */
export const drawInLight = (random: Random, rates: OutcomeRates): OutcomeRates =>
  random.happens(POOR_LIGHT.share) ? withFailureOdds(rates, POOR_LIGHT.failureOdds) : rates;

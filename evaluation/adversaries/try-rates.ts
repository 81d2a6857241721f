// How one try of an attacker ends.

import { drawRates, type OutcomeRates } from '../population/outcome-rates.ts';
import type { Random } from '../random.ts';

/** Chances that one try passes, each for every fourth attacker. */
export const passChances = [0.1, 0.03, 0.01, 0.001] as const;

export const usualFailures: OutcomeRates = { real: 0, spoof: 0.74, uncertain: 0.15, technical: 0.11 };
/** How closely attackers keep to the mean. */
const CONCENTRATION = 12;

/** `failures`: how tries that fail do so on average; attackers differ. */
export const drawTryRates = (random: Random, passChance: number, failures: OutcomeRates): OutcomeRates => {
  const { spoof, uncertain, technical } = drawRates(random, failures, CONCENTRATION);
  const failing = 1 - passChance;
  return { real: passChance, spoof: spoof * failing, uncertain: uncertain * failing, technical: technical * failing };
};

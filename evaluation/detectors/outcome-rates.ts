import type { Outcome } from '../../shared/domain/events.ts';

export type OutcomeRates = Readonly<Record<Outcome, number>>;

/**
 * How often an attempt ends how, as someone would guess who has read the standards and seen no traffic. ISO/IEC 30107-3
 * reports and FIDO's biometric requirements put false rejections of real people at a few in a hundred, and let at
 * least nine in ten attacks fail; failures to capture are about as common. The numbers are round on purpose, and none
 * comes from the generator of this evaluation.
 */
export const usualUser: OutcomeRates = { real: 0.88, spoof: 0.02, uncertain: 0.04, technical: 0.06 };

/** A person with a bad camera or poor light: fails often, but seldom as a spoof. */
export const poorCapture: OutcomeRates = { real: 0.6, spoof: 0.05, uncertain: 0.15, technical: 0.2 };

/** Somebody who presents attacks and nothing else. */
export const attack: OutcomeRates = { real: 0.1, spoof: 0.6, uncertain: 0.2, technical: 0.1 };

/** Somebody who hides attacks behind own passes. */
export const attackBetweenPasses: OutcomeRates = { real: 0.5, spoof: 0.3, uncertain: 0.12, technical: 0.08 };

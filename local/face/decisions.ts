// How likely the service decides what about each presentation medium, and the draw.

import type { Draws } from './draws.ts';
import { type AttemptErrorCode, attemptErrors, type Medium, type Presentation, type Quality } from './presentation.ts';

/** Chances of the four ends of an attempt; they add up to 1. */
export interface Chances {
  real: number;
  spoof: number;
  uncertain: number;
  error: number;
}

export type Decisions = Record<Medium, Record<Quality, Chances>>;

/** An attack that passes with chance `pass`; what fails is mostly recognised, less so when the picture is poor. */
const attack = (pass: number): Record<Quality, Chances> => ({
  good: { real: pass, spoof: 0.74 * (1 - pass), uncertain: 0.15 * (1 - pass), error: 0.11 * (1 - pass) },
  poor: { real: pass, spoof: 0.4 * (1 - pass), uncertain: 0.35 * (1 - pass), error: 0.25 * (1 - pass) },
});

/** Round guesses near published error rates, so that the traffic of a day looks like one; not measured on Face. */
export const noisyDecisions: Decisions = {
  live: {
    good: { real: 0.895, spoof: 0.012, uncertain: 0.028, error: 0.065 },
    poor: { real: 0.62, spoof: 0.033, uncertain: 0.115, error: 0.232 },
  },
  print: attack(0.001),
  screen: attack(0.01),
  mask: attack(0.03),
  injected: attack(0.1),
};

const always = (end: keyof Chances): Record<Quality, Chances> => {
  const chances = { real: 0, spoof: 0, uncertain: 0, error: 0, [end]: 1 };
  return { good: chances, poor: { ...chances } };
};

/** Every live person is real and everything else a spoof. */
export const noiselessDecisions: Decisions = {
  live: always('real'),
  print: always('spoof'),
  screen: always('spoof'),
  mask: always('spoof'),
  injected: always('spoof'),
};

export type Decision =
  | { kind: 'decided'; livenessDecision: 'realface' | 'spoofface' | 'uncertain' }
  | { kind: 'failed'; code: AttemptErrorCode };

export const decide = (
  presentation: Presentation,
  decisions: Decisions,
  draws: Draws,
  sessionNumber: number,
  attemptId: number,
): Decision => {
  if (presentation.error !== undefined) return { kind: 'failed', code: presentation.error };
  if (presentation.outcome !== undefined) return decided(presentation.outcome);

  const chances = decisions[presentation.media][presentation.quality];
  let left = draws.fraction('decision', sessionNumber, attemptId);
  for (const outcome of ['real', 'spoof', 'uncertain'] as const) {
    if (left < chances[outcome]) return decided(outcome);
    left -= chances[outcome];
  }
  const index = Math.floor(draws.fraction('error', sessionNumber, attemptId) * attemptErrors.length);
  return { kind: 'failed', code: attemptErrors[index]! };
};

const decided = (outcome: 'real' | 'spoof' | 'uncertain'): Decision => ({
  kind: 'decided',
  livenessDecision: outcome === 'uncertain' ? outcome : `${outcome}face`,
});

export const checkDecisions = (decisions: Decisions): void => {
  for (const [medium, byQuality] of Object.entries(decisions)) {
    for (const [quality, { real, spoof, uncertain, error }] of Object.entries(byQuality)) {
      const all = [real, spoof, uncertain, error];
      if (all.some((chance) => !(chance >= 0)) || Math.abs(real + spoof + uncertain + error - 1) > 1e-9) {
        throw new RangeError(`The decision chances of ${medium} (${quality}) must not be negative and add up to 1.`);
      }
    }
  }
};

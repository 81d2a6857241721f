import { roundToMillionth } from '../../shared/domain/policy.ts';
import { conformalThreshold } from './conformal-threshold.ts';

export type Proposal =
  | {
      kind: 'proposed';
      /** As a policy file has it. */
      alpha: number;
      /** What the calibration found, and the one that the alpha gives. */
      conformalThreshold: number;
      threshold: number;
      /** The chance of a flag is at most the rate; not so when the bounds of alpha decided. */
      guarantee: boolean;
    }
  | { kind: 'too-few-ids'; needed: number };

/** Thresholds of 7.6 and 3.9: what lies beyond comes from strange data, and a human would have to say why. */
export const ALPHA_BOUNDS = { least: 0.0005, most: 0.02 };

export const proposeAlpha = (highestScores: readonly number[], rate: number): Proposal => {
  const found = conformalThreshold(highestScores, rate);
  if (found.kind === 'too-few-ids') return found;
  const wanted = Math.exp(-found.threshold);
  const alpha = Math.min(Math.max(wanted, ALPHA_BOUNDS.least), ALPHA_BOUNDS.most);
  return {
    kind: 'proposed',
    alpha,
    conformalThreshold: found.threshold,
    threshold: roundToMillionth(Math.log(1 / alpha)),
    guarantee: alpha === wanted,
  };
};

import { type AttacksByKind, type ByKind, valueOfEach } from './by-kind.ts';
import { triesToFlag } from './tries-to-flag.ts';

/** The chance that one of `tries` independent tries passes, each with chance `passChance`. */
export const breachChance = (tries: number, passChance: number): number => 1 - (1 - passChance) ** tries;

/**
 * At a limit: the chance of each attacker to pass before the flag takes effect. The try that brings the flag was made;
 * who is never flagged makes every try of the trace.
 */
export const breachBeforeFlag =
  (attacks: AttacksByKind, passChance: number) =>
  (limit: number): ByKind =>
    valueOfEach(attacks, (maximumAfterTries) => {
      const triesInTrace = maximumAfterTries.length - 1;
      return breachChance(Math.min(triesToFlag(maximumAfterTries, limit), triesInTrace), passChance);
    });

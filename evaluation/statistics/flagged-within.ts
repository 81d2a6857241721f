import { type AttacksByKind, type ByKind, valueOfEach } from './by-kind.ts';

/** At a limit: 1 for each attacker who is flagged within so many tries, 0 for the others. */
export const flaggedWithin =
  (attacks: AttacksByKind, tries: number) =>
  (limit: number): ByKind =>
    valueOfEach(attacks, (maximumAfterTries) => {
      const reached = maximumAfterTries[Math.min(tries, maximumAfterTries.length - 1)] ?? 0;
      return reached >= limit ? 1 : 0;
    });

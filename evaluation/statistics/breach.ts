/** The chance that one of `tries` independent tries passes, each with chance `passChance`. */
export const breachChance = (tries: number, passChance: number): number => 1 - (1 - passChance) ** tries;

/**
 * How many tries were made before the flag took effect. The try that brings the flag was made; who is never flagged
 * makes every try that the trace holds.
 */
export const triesBeforeFlag = (triesToFlag: number, triesInTrace: number): number =>
  Math.min(triesToFlag, triesInTrace);

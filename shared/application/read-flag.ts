import type { Correlations } from './ports.ts';
import type { FlagRecord } from './records.ts';

/** What was found, why, and the receipt from which anyone can recompute it; `undefined` when there is no such flag. */
export type ReadFlag = (request: { correlationId: string; flagId: string }) => Promise<FlagRecord | undefined>;

export const makeReadFlag =
  ({ correlations }: { correlations: Correlations }): ReadFlag =>
  ({ correlationId, flagId }) =>
    correlations.findFlag(correlationId, flagId);

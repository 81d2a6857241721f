import * as z from 'zod';
import type { AttemptResult } from '../application/records.ts';

/** Only their form is checked here: whether there is one, and whose, is answered alike. */
export const sessionIdParameter = z.string().min(1).max(128);
export const flagIdParameter = z.uuid('must be the id of a flag').transform((text) => text.toLowerCase());
export const correlationIdParameter = z.uuid('must be a correlation id').transform((text) => text.toLowerCase());

/** Never the digest, nor what the service told beside the outcome. */
export const attemptView = ({ attemptId, outcome, reason, errorCode }: AttemptResult) => ({
  attemptId,
  outcome,
  ...(reason !== undefined && { reason }),
  ...(errorCode !== undefined && { reason: errorCode }),
});

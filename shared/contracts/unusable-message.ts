import type * as z from 'zod';

/** A message that cannot be acted on, however often it comes. */
export interface UnusableMessage {
  /** The queue or subscription that delivered it. */
  from: 'liveness-results' | 'sweeps' | 'abuse-events/close-open-sessions';
  /** As it came. */
  text: string;
  /** A word of ours, or a field and what is wrong with it. */
  reason: string;
}

/** The first field that is wrong, and what is. */
export const reasonIn = ({ issues: [issue] }: z.ZodError): string =>
  `${['message', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'invalid'}`;

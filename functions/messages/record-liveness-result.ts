import type { ServiceBusQueueHandler } from '@azure/functions';
import { textOf } from '../../shared/messaging/park-message.ts';

/** Up to 64 messages at once, as texts: a body that is not JSON must fail alone. */
export const recordLivenessResultHandler =
  (recordResultMessages: (texts: readonly string[]) => Promise<void>): ServiceBusQueueHandler =>
  (messages) =>
    recordResultMessages((messages as unknown[]).map(textOf));

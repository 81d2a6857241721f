import type { ServiceBusQueueHandler } from '@azure/functions';

/** Up to 64 messages at once, as texts: a body that is not JSON must fail alone. */
export const recordLivenessResultHandler =
  (recordResultMessages: (texts: readonly string[]) => Promise<void>): ServiceBusQueueHandler =>
  (messages) =>
    recordResultMessages((messages as unknown[]).map((message) => textOf(message)));

const textOf = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message));

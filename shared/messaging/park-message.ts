import type { Log } from '../application/ports.ts';
import type { UnusableMessage } from '../contracts/unusable-message.ts';

export type ParkMessage = (message: UnusableMessage) => Promise<void>;

interface Ports {
  parkedMessages: { park(message: UnusableMessage): Promise<void> };
  log: Log;
}

/** Sets a message aside for people to look at; then it may be completed. Throws `Unavailable`. */
export const makeParkMessage =
  ({ parkedMessages, log }: Ports): ParkMessage =>
  async (message) => {
    await parkedMessages.park(message);
    log.warn('message-parked', { from: message.from, reason: message.reason });
  };

/** The platform gives JSON as its value, anything else as text. */
export const textOf = (delivered: unknown): string =>
  typeof delivered === 'string' ? delivered : JSON.stringify(delivered);

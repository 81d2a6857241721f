import type { BrokerMessage } from './broker-message.ts';

/** Told each change that must outlive the process. Locks are not among them: after a restart messages are active. */
export interface Journal {
  /** A message is new in this place, or its content has changed. */
  put(place: string, message: BrokerMessage): void;
  /** The delivery count of a message has risen. */
  counted(message: BrokerMessage): void;
  removed(message: BrokerMessage): void;
  /** The last sequence number that an entity has given. */
  numbered(entity: string, sequenceNumber: number): void;
  /** A message-id was accepted; its repeats are dropped for a while from this moment. */
  seen(entity: string, messageId: string, at: number): void;
  forgotten(entity: string, messageId: string): void;
}

export const noJournal: Journal = {
  put: () => undefined,
  counted: () => undefined,
  removed: () => undefined,
  numbered: () => undefined,
  seen: () => undefined,
  forgotten: () => undefined,
};

/** The broker says no, in the service's words: an AMQP condition and a sentence. */
export class Refusal extends Error {
  readonly condition: string;

  constructor(condition: string, description: string) {
    super(description);
    this.condition = condition;
  }
}

export const lockLost = (): Refusal =>
  new Refusal(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const messageNotFound = (sequenceNumber: number): Refusal =>
  new Refusal(
    'com.microsoft:message-not-found',
    `There is no scheduled message with sequence number ${sequenceNumber}.`,
  );

export const notFound = (host: string, path: string): Refusal =>
  new Refusal('amqp:not-found', `The messaging entity 'sb://${host}/${path}' could not be found.`);

export const leftOut = (feature: string): Refusal =>
  new Refusal('amqp:not-implemented', `${feature} is not part of the local Service Bus.`);

export const notAllowed = (sentence: string): Refusal => new Refusal('amqp:not-allowed', sentence);

export const invalid = (sentence: string): Refusal => new Refusal('com.microsoft:argument-error', sentence);

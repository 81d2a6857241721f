import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { ServiceBusMessageInput } from '../shapes/service-bus.ts';

/** The wire counts deliveries from 0, functions see 1 on the first. */
export const fromReceived = (message: ServiceBusReceivedMessage): ServiceBusMessageInput => {
  const texts = {
    messageId: toText(message.messageId),
    lockToken: message.lockToken,
    contentType: message.contentType,
    correlationId: toText(message.correlationId),
    subject: message.subject,
    sessionId: message.sessionId,
    to: message.to,
    replyTo: message.replyTo,
    replyToSessionId: message.replyToSessionId,
    partitionKey: message.partitionKey,
    deadLetterReason: message.deadLetterReason,
    deadLetterErrorDescription: message.deadLetterErrorDescription,
    deadLetterSource: message.deadLetterSource,
  };
  const others = {
    sequenceNumber: message.sequenceNumber?.toNumber(),
    enqueuedSequenceNumber: message.enqueuedSequenceNumber,
    enqueuedTimeUtc: message.enqueuedTimeUtc,
    expiresAtUtc: message.expiresAtUtc && earlier(message.expiresAtUtc, LATEST),
    lockedUntilUtc: message.lockedUntilUtc,
    applicationProperties: message.applicationProperties,
  };
  const present = Object.entries({ ...texts, ...others }).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(present) as Omit<ServiceBusMessageInput, 'body'>),
    body: message.body as unknown,
    deliveryCount: (message.deliveryCount ?? 0) + 1,
  };
};

/** What .NET shows of a message that never expires. */
const LATEST = new Date('9999-12-31T23:59:59.999Z');

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

const toText = (id: ServiceBusReceivedMessage['messageId']): string | undefined =>
  id === undefined ? undefined : id.toString();

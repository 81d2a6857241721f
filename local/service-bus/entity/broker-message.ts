import type { MessageContent } from '../wire/message-content.ts';

export interface Lock {
  readonly token: string;
  /** Epoch milliseconds. */
  until: number;
}

/** A message in one place: a queue, a subscription, a dead-letter queue, or waiting for its time. */
export interface BrokerMessage {
  /** Names the message in the store; never shown. */
  readonly key: number;
  content: MessageContent;
  sequenceNumber: number;
  /** The number in the topic, on copies in subscriptions. */
  topicSequenceNumber: number | null;
  enqueuedAt: number;
  /** Effective time to live, null when unlimited. */
  ttlMs: number | null;
  scheduledFor: number | null;
  deliveryCount: number;
  state: 'scheduled' | 'active' | 'locked' | 'gone';
  lock: Lock | null;
}

export const expiresAt = ({ ttlMs, enqueuedAt }: BrokerMessage): number | null =>
  ttlMs === null ? null : enqueuedAt + ttlMs;

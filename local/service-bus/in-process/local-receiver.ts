import { messages, type PlainMessage } from '../amqp/codec.ts';
import type { BrokerMessage } from '../entity/broker-message.ts';
import type { Consumer, MessageQueue } from '../entity/message-queue.ts';

/** A message under a lock. */
export interface LocalMessage {
  lockToken: string;
  lockedUntil: Date;
  /** 0 on the first delivery, as on the wire. */
  deliveryCount: number;
  sequenceNumber: number;
  enqueuedAt: Date;
  messageId: unknown;
  contentType: string | undefined;
  subject: string | undefined;
  applicationProperties: Readonly<Record<string, unknown>>;
  /** The bytes that were sent, or the value, if the sender wrote one of another type. */
  body: unknown;
}

/**
 * Takes messages from a queue, a subscription or a dead-letter queue under locks, in this thread and without a connection.
 * What is done under a lock that has ended throws a `Refusal`. Faults of the broker do not happen here.
 */
export class LocalReceiver {
  readonly #queue: MessageQueue;
  readonly #waiting = new Set<() => void>();

  constructor(queue: MessageQueue) {
    this.#queue = queue;
  }

  /** Up to `max` of the messages that are there now. */
  receiveNow(max: number): LocalMessage[] {
    const taken: LocalMessage[] = [];
    const consumer = consumerInto(taken, max);
    this.#queue.addConsumer(consumer);
    this.#queue.removeConsumer(consumer);
    return taken;
  }

  /** Waits for the first message; what comes in the same tick comes with it. Nothing, when the receiver is closed first. */
  async receive(max: number): Promise<LocalMessage[]> {
    const taken: LocalMessage[] = [];
    const first = Promise.withResolvers<undefined>();
    const arrived = (): void => first.resolve(undefined);
    const consumer = consumerInto(taken, max, () => process.nextTick(arrived));
    this.#waiting.add(arrived);
    this.#queue.addConsumer(consumer);
    await first.promise;
    this.#queue.removeConsumer(consumer);
    this.#waiting.delete(arrived);
    return taken;
  }

  complete(lockToken: string): void {
    this.#queue.complete(lockToken);
  }

  /** The message is there again at once, with one more delivery; after its last one it is in the dead-letter queue. */
  abandon(lockToken: string): void {
    this.#queue.abandon(lockToken);
  }

  deadLetter(lockToken: string, reason?: string, description?: string): void {
    this.#queue.deadLetter(lockToken, reason, description, []);
  }

  /** Until when the lock now holds. */
  renew(lockToken: string): Date {
    return new Date(this.#queue.renew(lockToken));
  }

  /** Ends the lock as if its time were over. */
  loseLock(lockToken: string): void {
    this.#queue.expireLock(lockToken);
  }

  /** Ends all waiting. What is locked stays so until the locks end, as when a process has ended. */
  close(): void {
    for (const arrived of this.#waiting) arrived();
  }
}

const consumerInto = (taken: LocalMessage[], max: number, onTaken: () => void = () => undefined): Consumer => ({
  locks: true,
  get canTake() {
    return taken.length < max;
  },
  take: (message) => {
    taken.push(toLocalMessage(message));
    onTaken();
  },
});

const toLocalMessage = ({ content, lock, ...message }: BrokerMessage): LocalMessage => {
  const sent = messages.decode(content.rest);
  return {
    lockToken: lock!.token,
    lockedUntil: new Date(lock!.until),
    deliveryCount: message.deliveryCount,
    sequenceNumber: message.sequenceNumber,
    enqueuedAt: new Date(message.enqueuedAt),
    messageId: sent.message_id,
    contentType: sent.content_type,
    subject: sent.subject,
    applicationProperties: sent.application_properties ?? {},
    body: bodyOf(sent),
  };
};

const bodyOf = ({ body }: PlainMessage): unknown =>
  typeof body === 'object' && body !== null && 'content' in body ? body.content : body;

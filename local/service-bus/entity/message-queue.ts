import { textProperty, withProperties, type PropertyChanges } from '../wire/message-content.ts';
import { Alarm } from './alarm.ts';
import { expiresAt, type BrokerMessage, type Lock } from './broker-message.ts';
import { Heap } from './heap.ts';
import type { EntityPorts } from './ports.ts';
import { lockLost, notAllowed } from './refusal.ts';

/** Somebody who takes messages: a receiver link. */
export interface Consumer {
  /** False: the message is gone when it is handed over. */
  readonly locks: boolean;
  readonly canTake: boolean;
  take(message: BrokerMessage): void;
}

export interface QueueSettings {
  lockDurationMs: number;
  maxDeliveryCount: number;
  deadLetterOnExpiration: boolean;
}

export interface QueueCounts {
  active: number;
  locked: number;
  consumers: number;
}

/**
 * Messages that wait for a receiver, and those that receivers hold under a lock. A queue without a dead-letter queue is
 * one: there, deliveries are not counted, nothing expires, and nothing can be dead-lettered.
 */
export class MessageQueue {
  readonly place: string;
  readonly deadLetters: MessageQueue | undefined;
  readonly #ports: EntityPorts;
  readonly #settings: QueueSettings;
  readonly #messages = new Map<number, BrokerMessage>();
  readonly #ready = new Heap<BrokerMessage>((a, b) => a.sequenceNumber < b.sequenceNumber);
  /** Every lock has the same length, so this map, in which a renewal moves to the end, is in order of expiry. */
  readonly #locked = new Map<string, BrokerMessage>();
  readonly #expiring = new Heap<BrokerMessage>((a, b) => expiresAt(a)! < expiresAt(b)!);
  readonly #consumers: Consumer[] = [];
  readonly #alarm: Alarm;
  #turn = 0;

  constructor(place: string, settings: QueueSettings, ports: EntityPorts, deadLetters?: MessageQueue) {
    this.place = place;
    this.deadLetters = deadLetters;
    this.#settings = settings;
    this.#ports = ports;
    this.#alarm = new Alarm(ports.clock, () => this.#doWhatIsDue());
  }

  /** Takes in a message that is new here. */
  add(message: BrokerMessage): void {
    this.#ports.journal.put(this.place, message);
    this.restore(message);
    this.#deliver();
  }

  /** Takes in a message that the journal knows already. */
  restore(message: BrokerMessage): void {
    message.state = 'active';
    this.#messages.set(message.sequenceNumber, message);
    this.#ready.push(message);
    const end = this.deadLetters === undefined ? null : expiresAt(message);
    if (end === null) return;
    this.#expiring.push(message);
    if (this.#expiring.size > 2 * this.#messages.size + 1000) this.#expiring.keep(({ state }) => state !== 'gone');
    this.#alarm.ringBy(end);
  }

  addConsumer(consumer: Consumer): void {
    this.#consumers.push(consumer);
    this.#deliver();
  }

  /** The consumer's locks stay until they expire. */
  removeConsumer(consumer: Consumer): void {
    const index = this.#consumers.indexOf(consumer);
    if (index >= 0) this.#consumers.splice(index, 1);
  }

  /** A consumer can take more than before. */
  consumerReady(): void {
    this.#deliver();
  }

  complete(token: string): void {
    this.#remove(this.#heldBy(token));
  }

  abandon(token: string, changes: PropertyChanges = []): void {
    this.#returned(this.#heldBy(token), changes);
  }

  /** Gives a message back uncounted. */
  release(token: string): void {
    const message = this.#heldBy(token);
    this.#unlock(message);
    this.#becomeActive(message);
  }

  deadLetter(
    token: string,
    reason: string | undefined,
    description: string | undefined,
    changes: PropertyChanges,
  ): void {
    const message = this.#heldBy(token);
    if (this.deadLetters === undefined) {
      throw notAllowed('A message in a dead-letter queue cannot be dead-lettered again.');
    }
    this.#moveToDeadLetters(message, reason, description, changes);
  }

  /** Renews a lock; the moment in epoch milliseconds until which it now holds. */
  renew(token: string): number {
    const message = this.#heldBy(token);
    const lock = message.lock!;
    lock.until = this.#now() + this.#settings.lockDurationMs;
    this.#locked.delete(token);
    this.#locked.set(token, message);
    return lock.until;
  }

  /** Ends a lock before its time, as if it had expired now. */
  expireLock(token: string): void {
    this.#returned(this.#heldBy(token), []);
  }

  /** Up to `count` messages from a sequence number on, in all states, in order; nothing changes. */
  peek(fromSequenceNumber: number, count: number): BrokerMessage[] {
    const found: BrokerMessage[] = [];
    // Numbers rise as messages come, except in a dead-letter queue.
    const inOrder = this.deadLetters !== undefined;
    for (const message of this.#messages.values()) {
      if (message.sequenceNumber >= fromSequenceNumber) found.push(message);
      if (inOrder && found.length === count) break;
    }
    return found.sort((a, b) => a.sequenceNumber - b.sequenceNumber).slice(0, count);
  }

  get counts(): QueueCounts {
    const locked = this.#locked.size;
    return { active: this.#messages.size - locked, locked, consumers: this.#consumers.length };
  }

  stop(): void {
    this.#alarm.stop();
  }

  #now(): number {
    return this.#ports.clock.now().getTime();
  }

  #heldBy(token: string): BrokerMessage {
    const message = this.#locked.get(token);
    if (message === undefined || message.lock!.until <= this.#now()) throw lockLost();
    return message;
  }

  #deliver(): void {
    for (let message = this.#firstReady(); message !== undefined; message = this.#firstReady()) {
      const consumer = this.#nextConsumer();
      if (consumer === undefined) return;
      this.#ready.pop();
      if (consumer.locks) {
        this.#lock(message);
        consumer.take(message);
      } else {
        this.#remove(message);
        consumer.take(message);
      }
    }
  }

  #firstReady(): BrokerMessage | undefined {
    for (let first = this.#ready.first; first !== undefined; first = this.#ready.first) {
      if (first.state === 'active' && !this.#hasExpired(first)) return first;
      this.#ready.pop();
      if (first.state === 'active') this.#expire(first);
    }
    return undefined;
  }

  /** The next in turn among those that can take a message. */
  #nextConsumer(): Consumer | undefined {
    const consumers = this.#consumers;
    for (let tried = 0; tried < consumers.length; tried += 1) {
      const consumer = consumers[(this.#turn + tried) % consumers.length]!;
      if (!consumer.canTake) continue;
      this.#turn = (this.#turn + tried + 1) % consumers.length;
      return consumer;
    }
    return undefined;
  }

  #lock(message: BrokerMessage): void {
    const lock: Lock = { token: this.#ports.newLockToken(), until: this.#now() + this.#settings.lockDurationMs };
    message.state = 'locked';
    message.lock = lock;
    this.#locked.set(lock.token, message);
    this.#alarm.ringBy(lock.until);
  }

  #unlock(message: BrokerMessage): void {
    this.#locked.delete(message.lock!.token);
    message.lock = null;
  }

  /** A delivery that came to nothing: it is counted, and the message waits again unless that was its last. */
  #returned(message: BrokerMessage, changes: PropertyChanges): void {
    if (this.deadLetters !== undefined) {
      message.deliveryCount += 1;
      if (message.deliveryCount >= this.#settings.maxDeliveryCount) {
        const sentence = `Message could not be consumed after ${message.deliveryCount} delivery attempts.`;
        this.#moveToDeadLetters(message, 'MaxDeliveryCountExceeded', sentence, changes);
        return;
      }
    }
    this.#unlock(message);
    message.content = withProperties(message.content, changes);
    if (changes.length > 0) this.#ports.journal.put(this.place, message);
    else if (this.deadLetters !== undefined) this.#ports.journal.counted(message);
    this.#becomeActive(message);
  }

  #becomeActive(message: BrokerMessage): void {
    message.state = 'active';
    if (this.#hasExpired(message)) {
      this.#expire(message);
      return;
    }
    this.#ready.push(message);
    this.#deliver();
  }

  #hasExpired(message: BrokerMessage): boolean {
    const end = this.deadLetters === undefined ? null : expiresAt(message);
    return end !== null && end <= this.#now();
  }

  #expire(message: BrokerMessage): void {
    if (!this.#settings.deadLetterOnExpiration) this.#remove(message);
    else this.#moveToDeadLetters(message, 'TTLExpiredException', 'The message expired and was dead lettered.', []);
  }

  #moveToDeadLetters(
    message: BrokerMessage,
    reason: string | undefined,
    description: string | undefined,
    changes: PropertyChanges,
  ): void {
    const { lock } = message;
    if (lock !== null) this.#locked.delete(lock.token);
    this.#messages.delete(message.sequenceNumber);
    message.state = 'gone'; // here; the dead-letter queue gets the same message under its own name
    const reasons = [
      ...(reason === undefined ? [] : [textProperty('DeadLetterReason', reason)]),
      ...(description === undefined ? [] : [textProperty('DeadLetterErrorDescription', description)]),
    ];
    const content = withProperties(withProperties(message.content, changes), reasons);
    this.deadLetters!.add({ ...message, content, lock: null });
  }

  #remove(message: BrokerMessage): void {
    if (message.lock !== null) this.#unlock(message);
    this.#messages.delete(message.sequenceNumber);
    message.state = 'gone';
    this.#ports.journal.removed(message);
  }

  /** Ends the locks and the messages whose time has come, in order; the moment of the next. */
  #doWhatIsDue(): number | undefined {
    const now = this.#now();
    for (;;) {
      const lock = this.#firstLock();
      const end = this.#firstEnd();
      const next = Math.min(lock?.until ?? Infinity, end ?? Infinity);
      if (next > now) return next === Infinity ? undefined : next;
      if (lock?.until === next) this.#returned(this.#locked.get(lock.token)!, []);
      else this.#endFirst();
    }
  }

  #firstLock(): Lock | undefined {
    for (const message of this.#locked.values()) return message.lock!;
    return undefined;
  }

  #firstEnd(): number | undefined {
    while (this.#expiring.first?.state === 'gone') this.#expiring.pop();
    return this.#expiring.first === undefined ? undefined : expiresAt(this.#expiring.first)!;
  }

  /** A locked message may still be completed after its time; it is looked at again when its lock ends. */
  #endFirst(): void {
    const message = this.#expiring.pop()!;
    if (message.state === 'active') this.#expire(message);
  }
}

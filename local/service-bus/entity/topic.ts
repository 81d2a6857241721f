import type { Rule } from '../filter/rule.ts';
import { readFields, type ReadMessage } from '../wire/message-content.ts';
import type { BrokerMessage } from './broker-message.ts';
import { Intake, type IntakeSettings } from './intake.ts';
import { MessageQueue, type QueueSettings } from './message-queue.ts';
import type { EntityPorts } from './ports.ts';
import { deadLetterPath } from './queue.ts';

export interface SubscriptionSettings extends QueueSettings {
  name: string;
  defaultTtlMs: number | null;
  rules: readonly Rule[];
}

export interface TopicSettings extends Omit<IntakeSettings, 'path'> {
  name: string;
  subscriptions: readonly SubscriptionSettings[];
}

/** Takes copies of the topic's messages that match one of its rules. */
export class Subscription {
  readonly kind = 'subscription';
  readonly path: string;
  readonly messages: MessageQueue;
  readonly deadLetters: MessageQueue;
  readonly rules: readonly Rule[];
  readonly #defaultTtlMs: number | null;
  readonly #ports: EntityPorts;
  #lastNumber = 0;

  constructor(topicPath: string, settings: SubscriptionSettings, ports: EntityPorts) {
    this.path = `${topicPath}/Subscriptions/${settings.name}`;
    this.rules = settings.rules;
    this.deadLetters = new MessageQueue(deadLetterPath(this.path), settings, ports);
    this.messages = new MessageQueue(this.path, settings, ports, this.deadLetters);
    this.#defaultTtlMs = settings.defaultTtlMs;
    this.#ports = ports;
  }

  takeCopy(original: BrokerMessage): void {
    const ttlMs = Math.min(original.ttlMs ?? Infinity, this.#defaultTtlMs ?? Infinity);
    this.#lastNumber += 1;
    this.#ports.journal.numbered(this.path, this.#lastNumber);
    this.messages.add({
      ...original,
      key: this.#ports.newMessageKey(),
      sequenceNumber: this.#lastNumber,
      topicSequenceNumber: original.sequenceNumber,
      ttlMs: ttlMs === Infinity ? null : ttlMs,
    });
  }

  peek(fromSequenceNumber: number, count: number): BrokerMessage[] {
    return this.messages.peek(fromSequenceNumber, count);
  }

  restoreNumber(lastNumber: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, lastNumber);
  }

  stop(): void {
    this.messages.stop();
    this.deadLetters.stop();
  }
}

/** Gives each subscription that wants a message its own copy. */
export class Topic {
  readonly kind = 'topic';
  readonly path: string;
  readonly subscriptions: readonly Subscription[];
  readonly intake: Intake;
  readonly #ports: EntityPorts;

  constructor(settings: TopicSettings, ports: EntityPorts) {
    this.path = settings.name;
    this.subscriptions = settings.subscriptions.map((each) => new Subscription(settings.name, each, ports));
    this.intake = new Intake({ ...settings, path: settings.name }, ports, (message) => this.#fanOut(message));
    this.#ports = ports;
  }

  send(messages: readonly ReadMessage[]): number[] {
    return this.intake.send(messages);
  }

  stop(): void {
    for (const subscription of this.subscriptions) subscription.stop();
    this.intake.stop();
  }

  #fanOut(message: BrokerMessage): void {
    const fields = readFields(message.content);
    for (const subscription of this.subscriptions) {
      if (subscription.rules.some((rule) => rule.matches(fields))) subscription.takeCopy(message);
    }
    // A message that was scheduled leaves the topic when its copies are made.
    this.#ports.journal.removed(message);
  }
}

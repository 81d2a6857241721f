import type { BrokerConfig } from '../config.ts';
import type { BrokerMessage } from '../entity/broker-message.ts';
import type { MessageQueue } from '../entity/message-queue.ts';
import type { EntityPorts } from '../entity/ports.ts';
import { Queue } from '../entity/queue.ts';
import { Topic, type Subscription } from '../entity/topic.ts';

/** What a path leads to. */
export interface Endpoint {
  readonly path: string;
  /** Absent where nothing can be received: on topics. */
  readonly receive?: MessageQueue;
  /** Absent where nothing can be sent: on subscriptions and dead-letter queues. */
  readonly send?: Queue | Topic;
  peek(fromSequenceNumber: number, count: number): readonly BrokerMessage[];
}

export interface EntityState {
  active: number;
  locked: number;
  deferred: number;
  scheduled: number;
  deadLettered: number;
  consumers: number;
  sessions: readonly never[];
}

/** All queues, topics and subscriptions, found by their paths without regard to case. */
export class Entities {
  readonly queues: readonly Queue[];
  readonly topics: readonly Topic[];
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(config: BrokerConfig, ports: EntityPorts) {
    this.queues = config.queues.map((settings) => new Queue(settings, ports));
    this.topics = config.topics.map((settings) => new Topic(settings, ports));
    for (const queue of this.queues) {
      this.#register({
        path: queue.path,
        send: queue,
        receive: queue.messages,
        peek: (from, count) => queue.peek(from, count),
      });
      this.#registerDeadLetters(queue.deadLetters);
    }
    for (const topic of this.topics) {
      this.#register({ path: topic.path, send: topic, peek: () => [] });
      for (const subscription of topic.subscriptions) {
        this.#register({
          path: subscription.path,
          receive: subscription.messages,
          peek: (from, count) => subscription.peek(from, count),
        });
        this.#registerDeadLetters(subscription.deadLetters);
      }
    }
  }

  get subscriptions(): readonly Subscription[] {
    return this.topics.flatMap(({ subscriptions }) => subscriptions);
  }

  find(path: string): Endpoint | undefined {
    return this.#endpoints.get(path.toLowerCase());
  }

  /** Counts by path; a topic shows what is scheduled in it. */
  inspect(): Record<string, EntityState> {
    const states: Record<string, EntityState> = {};
    for (const { path, messages, deadLetters, intake } of this.queues) {
      states[path] = stateOf(messages, deadLetters, intake.scheduledCount);
    }
    for (const { path, messages, deadLetters } of this.subscriptions) states[path] = stateOf(messages, deadLetters, 0);
    for (const { path, intake } of this.topics) states[path] = { ...nothing, scheduled: intake.scheduledCount };
    return states;
  }

  stop(): void {
    for (const entity of [...this.queues, ...this.topics]) entity.stop();
  }

  #register(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.path.toLowerCase(), endpoint);
  }

  #registerDeadLetters(queue: MessageQueue): void {
    this.#register({ path: queue.place, receive: queue, peek: (from, count) => queue.peek(from, count) });
  }
}

const nothing: EntityState = {
  active: 0,
  locked: 0,
  deferred: 0,
  scheduled: 0,
  deadLettered: 0,
  consumers: 0,
  sessions: [],
};

const stateOf = (messages: MessageQueue, deadLetters: MessageQueue, scheduled: number): EntityState => {
  const { active, locked } = deadLetters.counts;
  return { ...nothing, ...messages.counts, scheduled, deadLettered: active + locked };
};

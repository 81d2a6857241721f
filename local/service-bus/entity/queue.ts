import type { ReadMessage } from '../wire/message-content.ts';
import type { BrokerMessage } from './broker-message.ts';
import { Intake } from './intake.ts';
import { MessageQueue, type QueueSettings } from './message-queue.ts';
import type { EntityPorts } from './ports.ts';

export interface QueueEntitySettings extends QueueSettings {
  name: string;
  defaultTtlMs: number | null;
  duplicateWindowMs: number | null;
}

export const deadLetterPath = (path: string): string => `${path}/$DeadLetterQueue`;

/** A queue with its dead-letter queue and the messages that wait for their time. */
export class Queue {
  readonly kind = 'queue';
  readonly path: string;
  readonly messages: MessageQueue;
  readonly deadLetters: MessageQueue;
  readonly intake: Intake;

  constructor(settings: QueueEntitySettings, ports: EntityPorts) {
    this.path = settings.name;
    this.deadLetters = new MessageQueue(deadLetterPath(settings.name), settings, ports);
    this.messages = new MessageQueue(settings.name, settings, ports, this.deadLetters);
    this.intake = new Intake({ ...settings, path: settings.name }, ports, (message) => this.messages.add(message));
  }

  send(messages: readonly ReadMessage[]): number[] {
    return this.intake.send(messages);
  }

  peek(fromSequenceNumber: number, count: number): BrokerMessage[] {
    const scheduled = this.intake.scheduled.filter((message) => message.sequenceNumber >= fromSequenceNumber);
    return [...this.messages.peek(fromSequenceNumber, count), ...scheduled]
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      .slice(0, count);
  }

  stop(): void {
    this.messages.stop();
    this.deadLetters.stop();
    this.intake.stop();
  }
}

import { messageIdOf, type ReadMessage } from '../wire/message-content.ts';
import { Alarm } from './alarm.ts';
import type { BrokerMessage } from './broker-message.ts';
import { Duplicates } from './duplicates.ts';
import { Heap } from './heap.ts';
import type { EntityPorts } from './ports.ts';
import { messageNotFound } from './refusal.ts';

export interface IntakeSettings {
  path: string;
  defaultTtlMs: number | null;
  duplicateWindowMs: number | null;
}

/** Where scheduled messages are kept in the journal. */
export const schedulePlace = (path: string): string => `${path}/$Scheduled`;

/**
 * Where messages arrive at a queue or a topic: repeats are dropped, numbers given, and what is meant for later is held
 * until its time. `arrived` takes what is active now.
 */
export class Intake {
  readonly #settings: IntakeSettings;
  readonly #ports: EntityPorts;
  readonly #arrived: (message: BrokerMessage) => void;
  readonly #duplicates: Duplicates | undefined;
  readonly #scheduled = new Map<number, BrokerMessage>();
  readonly #dueNext = new Heap<BrokerMessage>(
    (a, b) =>
      a.scheduledFor! < b.scheduledFor! || (a.scheduledFor === b.scheduledFor && a.sequenceNumber < b.sequenceNumber),
  );
  readonly #alarm: Alarm;
  #lastNumber = 0;

  constructor(settings: IntakeSettings, ports: EntityPorts, arrived: (message: BrokerMessage) => void) {
    this.#settings = settings;
    this.#ports = ports;
    this.#arrived = arrived;
    if (settings.duplicateWindowMs !== null) {
      this.#duplicates = new Duplicates(settings.path, settings.duplicateWindowMs, ports);
    }
    this.#alarm = new Alarm(ports.clock, () => this.#activateDue());
  }

  /** Accepts messages; the sequence number of each, 0 for a repeat that was dropped. */
  send(messages: readonly ReadMessage[]): number[] {
    return messages.map((message) => this.#accept(message));
  }

  /** Cancels scheduled messages, all or none. */
  cancel(sequenceNumbers: readonly number[]): void {
    const messages = sequenceNumbers.map((number) => {
      const message = this.#scheduled.get(number);
      if (message === undefined) throw messageNotFound(number);
      return message;
    });
    for (const message of messages) {
      this.#forget(message);
      this.#ports.journal.removed(message);
    }
  }

  get scheduled(): readonly BrokerMessage[] {
    return [...this.#scheduled.values()];
  }

  get scheduledCount(): number {
    return this.#scheduled.size;
  }

  restoreNumber(lastNumber: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, lastNumber);
  }

  restoreSeen(messageId: string, at: number): void {
    this.#duplicates?.restore(messageId, at);
  }

  restoreScheduled(message: BrokerMessage): void {
    message.state = 'scheduled';
    this.#scheduled.set(message.sequenceNumber, message);
    this.#dueNext.push(message);
    this.#alarm.ringBy(message.scheduledFor!);
  }

  stop(): void {
    this.#alarm.stop();
  }

  #accept({ content, scheduledFor }: ReadMessage): number {
    if (this.#duplicates !== undefined && !this.#duplicates.accept(messageIdOf(content))) return 0;
    const now = this.#ports.clock.now().getTime();
    const { defaultTtlMs } = this.#settings;
    const ttlMs = content.ttlMs === null ? defaultTtlMs : Math.min(content.ttlMs, defaultTtlMs ?? Infinity);
    const message: BrokerMessage = {
      key: this.#ports.newMessageKey(),
      content,
      sequenceNumber: this.#nextNumber(),
      topicSequenceNumber: null,
      enqueuedAt: now,
      ttlMs,
      scheduledFor,
      deliveryCount: 0,
      state: 'active',
      lock: null,
    };
    const { sequenceNumber } = message;
    if (scheduledFor === null || scheduledFor <= now) this.#arrived(message);
    else {
      this.#ports.journal.put(schedulePlace(this.#settings.path), message);
      this.restoreScheduled(message);
    }
    return sequenceNumber;
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    this.#ports.journal.numbered(this.#settings.path, this.#lastNumber);
    return this.#lastNumber;
  }

  #forget(message: BrokerMessage): void {
    this.#scheduled.delete(message.sequenceNumber);
    message.state = 'gone';
  }

  /** Appends the scheduled messages whose time has come; the moment of the next. */
  #activateDue(): number | undefined {
    const now = this.#ports.clock.now().getTime();
    for (let next = this.#dueNext.first; next !== undefined; next = this.#dueNext.first) {
      if (next.state !== 'gone' && next.scheduledFor! > now) return next.scheduledFor!;
      this.#dueNext.pop();
      if (next.state === 'gone') continue;
      this.#forget(next);
      this.#arrived({ ...next, sequenceNumber: this.#nextNumber(), enqueuedAt: now, state: 'active' });
    }
    return undefined;
  }
}

import { guidBytes } from '../amqp/codec.ts';
import type { AmqpConnection } from '../amqp/connection.ts';
import type { Outcome, OutgoingLink } from '../amqp/links.ts';
import type { BrokerMessage } from '../entity/broker-message.ts';
import type { Consumer, MessageQueue } from '../entity/message-queue.ts';
import { leftOut } from '../entity/refusal.ts';
import type { FaultAction } from '../faults.ts';
import { encodeDelivery } from '../wire/encode-delivery.ts';
import { readFields, type MessageContent } from '../wire/message-content.ts';
import type { Typed } from '../amqp/codec.ts';
import type { BrokerContext } from './broker-context.ts';
import { breakLink, refusalOf } from './connected-link.ts';
import { InOrder } from './in-order.ts';

interface Held {
  token: string;
  content: MessageContent;
}

/** A client receives from a queue, a subscription or a dead-letter queue. */
export class ReceiverLink implements Consumer {
  readonly locks: boolean;
  readonly #link: OutgoingLink;
  readonly #connection: AmqpConnection;
  readonly #queue: MessageQueue;
  readonly #context: BrokerContext;
  readonly #deliveries: InOrder;
  readonly #answers: InOrder;

  constructor(link: OutgoingLink, connection: AmqpConnection, queue: MessageQueue, context: BrokerContext) {
    this.locks = !link.presettled;
    this.#link = link;
    this.#connection = connection;
    this.#queue = queue;
    this.#context = context;
    this.#deliveries = new InOrder(context.clock);
    this.#answers = new InOrder(context.clock);
    link.onCredit = () => queue.consumerReady();
    link.onClosed = () => queue.removeConsumer(this);
    link.onOutcome = (about, deliveryId, outcome, settled) =>
      this.#onOutcome(about as Held, deliveryId, outcome, settled);
    link.accept();
    queue.addConsumer(this);
  }

  get canTake(): boolean {
    return this.#link.isOpen && this.#link.credit > this.#deliveries.length;
  }

  take(message: BrokerMessage): void {
    const { content, lock } = message;
    const token = lock?.token ?? this.#context.newLockToken();
    const bytes = encodeDelivery(content, {
      ...message,
      lockedUntil: lock?.until ?? null,
      state: 'active',
    });
    const fault = this.#context.faults.take('deliver', this.#queue.place, () => [readFields(content)]);
    this.#context.totals.deliveries += 1;
    const send = (): void =>
      this.#link.send({ tag: guidBytes(token), settled: lock === null, bytes, about: { token, content } });
    if (fault?.kind === 'lose-lock' && lock !== null) {
      this.#deliveries.do(send);
      process.nextTick(() => this.#loseLock(token)); // the queue finishes handing out first
      return;
    }
    const breaksAfterwards = fault?.kind === 'cut' && fault.when === 'after';
    if (!breaksAfterwards && breakLink(fault, this.#link, this.#connection)) {
      this.#queue.removeConsumer(this);
      if (lock !== null) process.nextTick(() => this.#queue.release(token)); // it was never handed over
      return;
    }
    this.#deliveries.do(send, fault?.kind === 'delay' ? fault.ms : 0);
    if (breaksAfterwards) setImmediate(() => this.#connection.cut());
  }

  #loseLock(token: string): void {
    try {
      this.#queue.expireLock(token);
    } catch (error) {
      refusalOf(error); // it was settled or lost already
    }
  }

  #onOutcome(held: Held, deliveryId: number, outcome: Outcome, settled: boolean): void {
    const { faults, totals } = this.#context;
    const fault = faults.take('settle', this.#queue.place, () => [readFields(held.content)]);
    const dropped = fault?.kind === 'drop-settlement';
    const breaksAfterwards = fault?.kind === 'cut' && fault.when === 'after';
    if (dropped && !fault.applied) return;
    if (!breaksAfterwards && breakLink(fault, this.#link, this.#connection)) return;
    if (fault?.kind === 'lose-lock') this.#loseLock(held.token);

    const answer = this.#settle(held.token, outcome, fault);
    if (answer === 'accepted') totals.settlements += 1;
    if (breaksAfterwards) this.#connection.cut();
    else if (!dropped && !settled) {
      this.#answers.do(() => this.#link.settle(deliveryId, answer), fault?.kind === 'delay' ? fault.ms : 0);
    }
  }

  #settle(
    token: string,
    outcome: Outcome,
    fault: FaultAction | undefined,
  ): 'accepted' | { condition: string; description: string } {
    if (fault?.kind === 'reject') return { condition: fault.condition, description: fault.description };
    try {
      if (fault?.kind === 'duplicate') this.#queue.release(token);
      else applyOutcome(this.#queue, token, outcome);
      return 'accepted';
    } catch (error) {
      return refusalOf(error);
    }
  }
}

const applyOutcome = (queue: MessageQueue, token: string, outcome: Outcome): void => {
  switch (outcome.kind) {
    case 'accepted':
      queue.complete(token);
      return;
    case 'released':
      queue.release(token);
      return;
    case 'modified':
      if (outcome.undeliverableHere) throw leftOut('deferral');
      queue.abandon(token, outcome.changes);
      return;
    case 'rejected': {
      const { reason, description, changes } = readReasons(outcome.info);
      queue.deadLetter(token, reason, description, changes);
    }
  }
};

const readReasons = (
  info: readonly [string, Typed][],
): { reason: string | undefined; description: string | undefined; changes: [string, Typed][] } => {
  const text = (key: string): string | undefined => {
    const value = info.find(([name]) => name === key)?.[1].value;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    reason: text('DeadLetterReason'),
    description: text('DeadLetterErrorDescription'),
    changes: info.filter(([name]) => name !== 'DeadLetterReason' && name !== 'DeadLetterErrorDescription'),
  };
};

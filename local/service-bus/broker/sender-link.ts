import type { AmqpConnection } from '../amqp/connection.ts';
import type { Delivery, IncomingLink } from '../amqp/links.ts';
import type { Answer } from '../amqp/dispositions.ts';
import type { Queue } from '../entity/queue.ts';
import { Refusal } from '../entity/refusal.ts';
import type { Topic } from '../entity/topic.ts';
import { BATCH_FORMAT, messagesOfBatch } from '../wire/batch.ts';
import { readFields, readMessage, type ReadMessage } from '../wire/message-content.ts';
import type { BrokerContext } from './broker-context.ts';
import { breakLink, refusalOf } from './connected-link.ts';
import { InOrder } from './in-order.ts';

export const MAX_MESSAGE_SIZE = 262_144;
const CREDIT = 1000;

/** A client sends to a queue or topic: each delivery, a message or a batch, is stored as a whole or refused. */
export const serveSender = (
  link: IncomingLink,
  connection: AmqpConnection,
  entity: Queue | Topic,
  { clock, faults, totals, newMessageId }: BrokerContext,
): void => {
  const answers = new InOrder(clock);

  const read = ({ format, bytes }: Delivery): ReadMessage[] => {
    if (bytes === undefined) {
      throw new Refusal(
        'amqp:link:message-size-exceeded',
        `The received message exceeds the limit of ${MAX_MESSAGE_SIZE} bytes.`,
      );
    }
    const messages = format === BATCH_FORMAT ? messagesOfBatch(bytes) : [bytes];
    return messages.map((each) => readMessage(each, newMessageId));
  };

  link.onDelivery = (delivery) => {
    const answer = (what: Answer, delayMs = 0): void =>
      answers.do(() => {
        link.settle(delivery, what);
      }, delayMs);
    let messages: ReadMessage[];
    try {
      messages = read(delivery);
    } catch (error) {
      answer(refusalOf(error));
      return;
    }
    const fault = faults.take('send', entity.path, () => messages.map(({ content }) => readFields(content)));
    const breaksAfterwards = fault?.kind === 'cut' && fault.when === 'after';
    if (fault?.kind === 'reject') {
      answer({ condition: fault.condition, description: fault.description });
      return;
    }
    if (fault?.kind === 'drop-settlement' && !fault.applied) return;
    if (!breaksAfterwards && breakLink(fault, link, connection)) return;

    entity.send(messages);
    totals.sends += messages.length;
    if (breaksAfterwards) connection.cut();
    else if (fault?.kind !== 'drop-settlement') answer('accepted', fault?.kind === 'delay' ? fault.ms : 0);
  };
  link.accept({ maxMessageSize: MAX_MESSAGE_SIZE, credit: CREDIT });
};

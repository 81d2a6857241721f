import { messages, readTyped, types, type PlainMessage, type Typed } from '../amqp/codec.ts';
import type { AmqpConnection } from '../amqp/connection.ts';
import { entriesOf, type IncomingLink, type OutgoingLink } from '../amqp/links.ts';
import { sectionsOf } from '../wire/amqp-bytes.ts';

export interface Request {
  operation: string;
  /** Values of the body's map with their types. */
  body: ReadonlyMap<string, Typed>;
  message: PlainMessage;
}

export interface Reply {
  applicationProperties: Record<string, unknown>;
  body: unknown;
}

const CREDIT = 1000;
const MAX_REQUEST_SIZE = 1_048_576;

/** Receives requests on a link and answers them on the link that the request names in `reply-to`. */
export const serveRequests = (
  link: IncomingLink,
  connection: AmqpConnection,
  answer: (request: Request, reply: (reply: Reply) => void) => void,
): void => {
  link.onDelivery = (delivery) => {
    if (delivery.bytes === undefined) {
      link.settle(delivery, {
        condition: 'amqp:link:message-size-exceeded',
        description: `A request has at most ${MAX_REQUEST_SIZE} bytes.`,
      });
      return;
    }
    const request = readRequest(delivery.bytes);
    link.settle(delivery, 'accepted');
    answer(request, (reply) => sendReply(connection, link.address, request.message, reply));
  };
  link.accept({ maxMessageSize: MAX_REQUEST_SIZE, credit: CREDIT });
};

const readRequest = (bytes: Buffer): Request => {
  const message = messages.decode(bytes);
  const body = sectionsOf(bytes).find(({ code }) => code === 0x77);
  return {
    message,
    operation: textOf(message.application_properties?.operation),
    body: new Map(body === undefined ? [] : entriesOf(readTyped(bytes, body.valueAt))),
  };
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

let replies = 0;

const sendReply = (connection: AmqpConnection, address: string, request: PlainMessage, reply: Reply): void => {
  const receiver = connection.links.find(
    (link): link is OutgoingLink =>
      link.direction === 'outgoing' &&
      link.address.toLowerCase() === address.toLowerCase() &&
      (link.name === request.reply_to || link.target?.address === request.reply_to),
  );
  if (receiver === undefined) return; // the asker has hung up
  const tag = Buffer.alloc(4);
  tag.writeUInt32BE((replies = (replies + 1) >>> 0));
  const bytes = messages.encode({
    correlation_id: request.message_id,
    application_properties: reply.applicationProperties,
    body: reply.body,
  });
  receiver.send({ tag, settled: true, bytes, about: undefined });
};

export const int = (value: number): Typed => types.wrap_int(value);
export const symbol = (value: string): Typed => types.wrap_symbol(value);

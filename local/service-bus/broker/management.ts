import { types, uuidFromBytes, type Typed } from '../amqp/codec.ts';
import type { AmqpConnection } from '../amqp/connection.ts';
import { entriesOf, type IncomingLink } from '../amqp/links.ts';
import type { MessageQueue } from '../entity/message-queue.ts';
import { invalid, leftOut, notAllowed, Refusal } from '../entity/refusal.ts';
import { encodeDelivery } from '../wire/encode-delivery.ts';
import { readMessage } from '../wire/message-content.ts';
import type { BrokerContext } from './broker-context.ts';
import { breakLink, refusalOf, type AmqpRefusal } from './connected-link.ts';
import type { Endpoint } from './entities.ts';
import { InOrder } from './in-order.ts';
import { int, serveRequests, symbol, type Reply, type Request } from './requests.ts';
import { MAX_MESSAGE_SIZE } from './sender-link.ts';

const LONG = 0x81;
const TIMESTAMP = 0x83;

/** Requests about an entity: renewing, peeking, scheduling, and settling after the receiver has gone. */
export const serveManagement = (
  link: IncomingLink,
  connection: AmqpConnection,
  endpoint: Endpoint,
  context: BrokerContext,
): void => {
  const replies = new InOrder(context.clock);
  serveRequests(link, connection, (request, reply) => {
    const fault = context.faults.take('management', endpoint.path);
    const breaksAfterwards = fault?.kind === 'cut' && fault.when === 'after';
    if (fault?.kind === 'drop-settlement' && !fault.applied) return;
    if (!breaksAfterwards && breakLink(fault, link, connection)) return;

    const answer = fault?.kind === 'reject' ? refused(fault) : perform(request, endpoint, context);
    if (breaksAfterwards) connection.cut();
    else if (fault?.kind !== 'drop-settlement') {
      replies.do(() => reply(answer), fault?.kind === 'delay' ? fault.ms : 0);
    }
  });
};

const perform = (request: Request, endpoint: Endpoint, context: BrokerContext): Reply => {
  try {
    const body = operate(request, endpoint, context);
    return body === undefined ? success(204, {}) : success(200, body);
  } catch (error) {
    return refused(refusalOf(error));
  }
};

/** The body of the reply; undefined when there is nothing to tell. */
const operate = (request: Request, endpoint: Endpoint, context: BrokerContext): object | undefined => {
  switch (request.operation) {
    case 'com.microsoft:renew-lock': {
      const queue = receivable(endpoint);
      const ends = lockTokens(request).map((token) => queue.renew(token));
      return { expirations: types.wrap_array(ends, TIMESTAMP) };
    }
    case 'com.microsoft:peek-message':
      return peek(request, endpoint);
    case 'com.microsoft:schedule-message': {
      const messages = messagesToSchedule(request).map((bytes) => readMessage(bytes, context.newMessageId));
      const numbers = sendable(endpoint).send(messages);
      context.totals.sends += messages.length;
      return { 'sequence-numbers': types.wrap_array(numbers, LONG) };
    }
    case 'com.microsoft:cancel-scheduled-message':
      sendable(endpoint).intake.cancel(sequenceNumbers(request));
      return {};
    case 'com.microsoft:update-disposition':
      updateDisposition(request, receivable(endpoint));
      context.totals.settlements += lockTokens(request).length;
      return {};
    case 'com.microsoft:receive-by-sequence-number':
      throw leftOut('deferral, and with it receiving by sequence number,');
    case 'com.microsoft:add-rule':
    case 'com.microsoft:remove-rule':
    case 'com.microsoft:enumerate-rules':
      throw leftOut('managing rules at run time');
    case 'com.microsoft:renew-session-lock':
    case 'com.microsoft:get-session-state':
    case 'com.microsoft:set-session-state':
    case 'com.microsoft:get-message-sessions':
      throw leftOut('the feature sessions');
    default:
      throw leftOut(`the operation ${request.operation}`);
  }
};

const peek = ({ body }: Request, endpoint: Endpoint): object | undefined => {
  if (body.get('session-id')?.value) throw leftOut('the feature sessions');
  const from = numberOf(body.get('from-sequence-number'));
  const count = numberOf(body.get('message-count'));
  const withoutBody = body.get('omit-message-body')?.value;
  const found = endpoint.peek(from, count);
  if (found.length === 0) return undefined;
  return {
    messages: found.map((message) => ({
      message: encodeDelivery(
        message.content,
        { ...message, lockedUntil: null, state: message.state === 'scheduled' ? 'scheduled' : 'active' },
        withoutBody === true || withoutBody === 1,
      ),
    })),
  };
};

const updateDisposition = (request: Request, queue: MessageQueue): void => {
  const { body } = request;
  const text = (key: string): string | undefined => {
    const value = body.get(key)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const changes = entriesOf(body.get('properties-to-modify'));
  const status = text('disposition-status');
  for (const token of lockTokens(request)) {
    switch (status) {
      case 'completed':
        queue.complete(token);
        break;
      case 'abandoned':
        queue.abandon(token, changes);
        break;
      case 'suspended':
        queue.deadLetter(token, text('deadletter-reason'), text('deadletter-description'), changes);
        break;
      case 'defered':
        throw leftOut('deferral');
      case undefined:
      default:
        throw invalid(`${status ?? 'nothing'} is no disposition status`);
    }
  }
};

const receivable = ({ receive, path }: Endpoint): MessageQueue => {
  if (receive === undefined) throw notAllowed(`Nothing can be received from the topic ${path} itself.`);
  return receive;
};

const sendable = ({ send, path }: Endpoint): NonNullable<Endpoint['send']> => {
  if (send === undefined) throw notAllowed(`Nothing can be sent to ${path}.`);
  return send;
};

const lockTokens = ({ body }: Request): string[] =>
  listOf(body.get('lock-tokens')).map(({ value }) => uuidFromBytes(value as Buffer));

const sequenceNumbers = ({ body }: Request): number[] => listOf(body.get('sequence-numbers')).map(numberOf);

const messagesToSchedule = ({ body }: Request): Buffer[] =>
  listOf(body.get('messages')).map((each) => {
    const message = entriesOf(each).find(([key]) => key === 'message')?.[1].value;
    if (!Buffer.isBuffer(message)) throw invalid('a message to schedule is missing');
    if (message.length <= MAX_MESSAGE_SIZE) return message;
    throw new Refusal('amqp:link:message-size-exceeded', `A message has at most ${MAX_MESSAGE_SIZE} bytes.`);
  });

const listOf = (typed: Typed | undefined): Typed[] => (Array.isArray(typed?.value) ? (typed.value as Typed[]) : []);

/** Eight bytes come as a number, or as they are when they do not fit. */
const numberOf = (typed: Typed | undefined): number => {
  const value = typed?.value;
  if (Buffer.isBuffer(value)) return Number(value.readBigInt64BE());
  return typeof value === 'number' ? value : 0;
};

const success = (statusCode: number, body: object): Reply => ({
  applicationProperties: { statusCode: int(statusCode), statusDescription: statusCode === 204 ? 'No Content' : 'OK' },
  body,
});

/** The condition is always told: from the status alone the SDK draws wrong conclusions, such as a stolen link. */
const refused = ({ condition, description }: AmqpRefusal): Reply => ({
  applicationProperties: {
    statusCode: int(statusByCondition.get(condition) ?? 400),
    statusDescription: description,
    errorCondition: symbol(condition),
  },
  body: {},
});

const statusByCondition = new Map([
  ['amqp:not-found', 404],
  ['com.microsoft:message-not-found', 404],
  ['com.microsoft:message-lock-lost', 410],
  ['com.microsoft:entity-already-exists', 409],
  ['com.microsoft:timeout', 408],
  ['com.microsoft:server-busy', 503],
  ['amqp:resource-limit-exceeded', 403],
  ['amqp:not-implemented', 501],
]);

import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { ByteStream } from '../amqp/byte-stream.ts';
import { AmqpConnection, type ConnectionOwner } from '../amqp/connection.ts';
import type { IncomingLink, Link, OutgoingLink } from '../amqp/links.ts';
import { notAllowed, notFound } from '../entity/refusal.ts';
import type { Faults } from '../faults.ts';
import { whyRefused, type AccessKeys } from './access.ts';
import type { BrokerContext } from './broker-context.ts';
import { breakLink, refusalOf, type AmqpRefusal } from './connected-link.ts';
import type { Endpoint, Entities } from './entities.ts';
import { serveManagement } from './management.ts';
import { ReceiverLink } from './receiver-link.ts';
import { int, serveRequests } from './requests.ts';
import { serveSender } from './sender-link.ts';

export interface BrokerOptions {
  entities: Entities;
  clock: Clock;
  faults: Faults;
  accessKeys: AccessKeys;
  /** A new UUID, for lock tokens and for messages without an id. */
  newId: () => string;
  /** Makes safe what has changed; called before anything is answered. */
  flush(): void;
  log(sentence: string): void;
}

const MANAGEMENT = '/$management';
const CBS = '$cbs';

/** Accepts clients and leads their links to the entities. */
export class Broker implements ConnectionOwner {
  readonly context: BrokerContext;
  readonly #options: BrokerOptions;
  readonly #connections = new Set<AmqpConnection>();
  readonly #server: Server;
  #isStopping = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.context = {
      clock: options.clock,
      faults: options.faults,
      totals: { sends: 0, deliveries: 0, settlements: 0 },
      newMessageId: () => options.newId().replaceAll('-', ''),
      newLockToken: options.newId,
    };
    this.#server = createServer((socket) => {
      socket.setNoDelay(true);
      this.#connections.add(new AmqpConnection(socket, this, { acknowledges: true }));
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Listens on loopback; the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is taken`, { cause: error }) : error);
      });
      this.#server.listen(port, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Takes a client of this thread; false once the broker is stopping. */
  accept(stream: ByteStream): boolean {
    if (!this.#isStopping) this.#connections.add(new AmqpConnection(stream, this, { acknowledges: false }));
    return !this.#isStopping;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = [new Promise<void>((resolve) => this.#server.close(() => resolve()))];
    for (const connection of this.#connections) {
      closed.push(connection.closed);
      connection.close({ condition: 'amqp:connection:forced', description: 'The broker is stopping.' });
    }
    await Promise.all(closed);
  }

  opened(connection: AmqpConnection): void {
    const fault = this.context.faults.take('connect', '');
    if (fault?.kind === 'cut') connection.cut();
    if (fault?.kind === 'reject') connection.close({ condition: fault.condition, description: fault.description });
  }

  closed(connection: AmqpConnection): void {
    this.#connections.delete(connection);
  }

  beforeWrite(): void {
    this.#options.flush();
  }

  log(sentence: string): void {
    this.#options.log(sentence);
  }

  attached(link: Link, connection: AmqpConnection): void {
    const { address } = link;
    if (address.toLowerCase() === CBS) {
      this.#attachToAccess(link, connection);
      return;
    }
    const fault = this.context.faults.take('attach', address);
    if (fault?.kind === 'cut') {
      connection.cut();
      return;
    }
    const attach = (): void => {
      try {
        if (fault?.kind === 'reject') link.refuse({ condition: fault.condition, description: fault.description });
        else this.#attachToEntity(link, connection);
        breakLink(fault, link, connection);
      } catch (error) {
        link.refuse(this.#told(refusalOf(error), address));
      }
    };
    if (fault?.kind === 'delay') this.context.clock.after(fault.ms, attach);
    else attach();
  }

  #told(refusal: AmqpRefusal, address: string): AmqpRefusal {
    this.log(`refused a link to ${address}: ${refusal.description}`);
    return refusal;
  }

  #attachToAccess(link: Link, connection: AmqpConnection): void {
    if (link.direction === 'outgoing') {
      link.accept();
      return;
    }
    serveRequests(link, connection, ({ message }, reply) => {
      const reason = whyRefused(String(message.body), message.application_properties?.type, this.#options.accessKeys);
      reply({
        applicationProperties: {
          'status-code': int(reason === undefined ? 202 : 401),
          'status-description': reason ?? 'Accepted',
        },
        body: null,
      });
    });
  }

  #attachToEntity(link: Link, connection: AmqpConnection): void {
    const { address } = link;
    const forManagement = address.toLowerCase().endsWith(MANAGEMENT);
    const path = forManagement ? address.slice(0, -MANAGEMENT.length) : address;
    const endpoint = this.#options.entities.find(path);
    if (endpoint === undefined) throw notFound(connection.hostname, path);
    if (forManagement) this.#attachToManagement(link, connection, endpoint);
    else if (link.direction === 'incoming') this.#attachSender(link, connection, endpoint);
    else this.#attachReceiver(link, connection, endpoint);
  }

  #attachToManagement(link: Link, connection: AmqpConnection, endpoint: Endpoint): void {
    if (link.direction === 'outgoing') link.accept();
    else serveManagement(link, connection, endpoint, this.context);
  }

  #attachSender(link: IncomingLink, connection: AmqpConnection, { send, path }: Endpoint): void {
    if (send === undefined) throw notAllowed(`Messages cannot be sent to ${path}.`);
    serveSender(link, connection, send, this.context);
  }

  #attachReceiver(link: OutgoingLink, connection: AmqpConnection, { receive, path }: Endpoint): void {
    if (receive === undefined)
      throw notAllowed(`The topic ${path} has subscriptions, which messages are received from.`);
    if (link.source?.filter && 'com.microsoft:session-filter' in link.source.filter) {
      throw notAllowed(`A session receiver cannot be opened on ${path}: it does not require sessions.`);
    }
    new ReceiverLink(link, connection, receive, this.context);
  }
}

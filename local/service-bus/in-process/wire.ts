import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { ByteStream } from '../amqp/byte-stream.ts';

/** Runs something where its owner's code runs: neither end of a wire shall take the other for its caller. */
export type Place = <R>(work: () => R) => R;

type WebSocketClass = new (url: string) => WireSocket;

/**
 * The network of one client process in this thread. Its web sockets, for `webSocketOptions` of `ServiceBusClient`, end in
 * the broker. Bytes travel by `process.nextTick`, in order.
 */
export class Wire {
  readonly webSocket: WebSocketClass;
  readonly #sockets = new Set<WireSocket>();
  #isDead = false;

  /** `accept` takes the broker's end of a connection, or answers false when nobody listens. */
  constructor(accept: (stream: ByteStream) => boolean, inBroker: Place) {
    const [sockets, isDead] = [this.#sockets, () => this.#isDead];
    this.webSocket = class extends WireSocket {
      constructor(url: string) {
        super(url, { inBroker, accept, isDead, ended: () => sockets.delete(this) });
        sockets.add(this);
      }
    };
  }

  /** Breaks all connections, as a network does; the client hears of it and may connect again. */
  cut(): void {
    for (const socket of this.#sockets) socket.break();
  }

  /** The client's process has ended: the broker sees its connections break, the client hears nothing any more. */
  die(): void {
    this.#isDead = true;
    this.cut();
  }
}

interface Ends {
  inBroker: Place;
  accept: (stream: ByteStream) => boolean;
  isDead: () => boolean;
  /** The connection is no more. */
  ended: () => void;
}

/** A web socket as rhea uses one. */
export class WireSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: Buffer }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: ((error: Error) => void) | null = null;
  readonly url: string;
  readonly #inClient: Place = AsyncLocalStorage.snapshot();
  readonly #ends: Ends;
  readonly #broker: BrokerEnd;

  constructor(url: string, ends: Ends) {
    this.url = url;
    this.#ends = ends;
    this.#broker = new BrokerEnd({
      data: (data) => this.#toClient(() => this.onmessage?.({ data })),
      ended: () => {
        ends.ended();
        this.#toClient(() => this.onclose?.());
      },
    });
    this.#toBroker(() => {
      if (!this.#broker.writable) return; // it was cut while it was being opened
      const isOpen = !ends.isDead() && ends.accept(this.#broker);
      if (!isOpen) ends.ended();
      this.#toClient(() => (isOpen ? this.onopen?.() : this.onerror?.(connectionRefused())));
    });
  }

  send(data: Buffer): void {
    this.#toBroker(() => this.#broker.receive(data));
  }

  close(): void {
    this.#toBroker(() => this.#broker.finish());
  }

  break(): void {
    this.#ends.inBroker(() => this.#broker.destroy());
  }

  #toBroker(deliver: () => void): void {
    process.nextTick(() => this.#ends.inBroker(deliver));
  }

  #toClient(deliver: () => void): void {
    process.nextTick(() => {
      if (!this.#ends.isDead()) this.#inClient(deliver);
    });
  }
}

interface Peer {
  data(bytes: Buffer): void;
  ended(): void;
}

/** Once one end has hung up, neither end sends or hears anything more. */
class BrokerEnd extends EventEmitter implements ByteStream {
  readonly #peer: Peer;
  #isOpen = true;

  constructor(peer: Peer) {
    super();
    this.#peer = peer;
  }

  get writable(): boolean {
    return this.#isOpen;
  }

  receive(bytes: Buffer): void {
    if (this.#isOpen) this.emit('data', bytes);
  }

  write(bytes: Buffer): void {
    if (this.#isOpen) this.#peer.data(bytes);
  }

  end(): void {
    this.finish();
  }

  destroy(): void {
    this.finish();
  }

  /** Closes both ends. */
  finish(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#peer.ended();
    process.nextTick(() => this.emit('close'));
  }
}

const connectionRefused = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });

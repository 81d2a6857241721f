import type { ByteStream } from './byte-stream.ts';
import { frames, type AmqpError, type Attach, type Begin, type Detach } from './codec.ts';
import type { Disposition, Flow, Frame, Open, Transfer } from './codec.ts';
import type { Link } from './links.ts';
import { AmqpSession, type SessionConnection } from './session.ts';

export interface ConnectionOwner {
  opened(connection: AmqpConnection): void;
  attached(link: Link, connection: AmqpConnection): void;
  closed(connection: AmqpConnection): void;
  /** Runs before bytes leave, so that what they promise can be made safe first. */
  beforeWrite(): void;
  log(sentence: string): void;
}

const MAX_FRAME_SIZE = 65536;
const CHANNEL_MAX = 4999;
const IDLE_TIME_OUT_MS = 240_000;
const HEARTBEAT_EVERY_MS = 25_000;
const PROTOCOL_AMQP = 0;
const PROTOCOL_SASL = 3;
const EMPTY_FRAME = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0]);

/** One client: its byte stream, its frames and its sessions. */
export class AmqpConnection implements SessionConnection {
  hostname = '127.0.0.1';
  /** Resolves when the stream has closed and all links have gone. */
  readonly closed: Promise<void>;
  readonly #stream: ByteStream;
  readonly #owner: ConnectionOwner;
  readonly #acknowledges: boolean;
  readonly #sessions = new Map<number, AmqpSession>();
  readonly #heartbeat: NodeJS.Timeout;
  #input: Buffer = Buffer.alloc(0);
  #awaitsHeader = true;
  #speaksAmqp = false;
  #output: Buffer[] = [];
  #flushPlanned = false;
  #closing = false;
  #peerMaxFrameSize = MAX_FRAME_SIZE;
  // Real time: the clock of the broker may jump, the network does not.
  #lastRead = performance.now();
  #writes = 0;

  constructor(stream: ByteStream, owner: ConnectionOwner, { acknowledges }: { acknowledges: boolean }) {
    this.#stream = stream;
    this.#owner = owner;
    this.#acknowledges = acknowledges;
    stream.on('data', (chunk) => this.#onData(chunk));
    stream.on('error', (error) => owner.log(`connection lost: ${error.message}`));
    stream.on('end', () => stream.end());
    this.closed = new Promise((resolve) => {
      stream.on('close', () => {
        this.#onStreamClosed();
        resolve();
      });
    });
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_EVERY_MS);
    this.#heartbeat.unref();
  }

  get maxFrameSize(): number {
    return Math.min(MAX_FRAME_SIZE, this.#peerMaxFrameSize);
  }

  get links(): readonly Link[] {
    return [...this.#sessions.values()].flatMap((session) => session.links);
  }

  writeFrame(channel: number, performative: object): void {
    this.writeBytes(frames.write_frame(frames.amqp_frame(channel, performative)));
  }

  writeBytes(frame: Buffer): void {
    if (frame.length > 0) this.#output.push(frame);
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    process.nextTick(() => this.#flush());
  }

  attached(link: Link): void {
    this.#owner.attached(link, this);
  }

  /** Says goodbye and ends the connection. */
  close(error?: AmqpError): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#speaksAmqp) this.writeFrame(0, frames.close({ error }));
    this.#flush();
    this.#stream.end();
    // A peer that does not hang up in turn is not waited for.
    setTimeout(() => this.#stream.destroy(), 100).unref();
  }

  /** Ends the connection without a word, as a broken network does. */
  cut(): void {
    this.#closing = true;
    this.#stream.destroy();
  }

  on_open({ performative }: Frame<Open>): void {
    this.hostname = performative.hostname ?? this.hostname;
    this.#peerMaxFrameSize = performative.max_frame_size ?? MAX_FRAME_SIZE;
    this.writeFrame(
      0,
      frames.open({
        container_id: 'local-service-bus',
        max_frame_size: MAX_FRAME_SIZE,
        channel_max: CHANNEL_MAX,
        idle_time_out: IDLE_TIME_OUT_MS,
      }),
    );
    this.#owner.opened(this);
  }

  on_begin({ channel, performative }: Frame<Begin>): void {
    this.#sessions.set(channel, new AmqpSession(this, channel, performative));
  }

  on_attach(frame: Frame<Attach>): void {
    this.#session(frame).onAttach(frame.performative);
  }

  on_flow(frame: Frame<Flow>): void {
    this.#session(frame).onFlow(frame.performative);
  }

  on_transfer(frame: Frame<Transfer>): void {
    this.#session(frame).onTransfer(frame);
  }

  on_disposition(frame: Frame<Disposition>): void {
    this.#session(frame).onDisposition(frame.performative);
  }

  on_detach(frame: Frame<Detach>): void {
    this.#session(frame).onDetach(frame.performative);
  }

  on_end(frame: Frame<object>): void {
    const session = this.#session(frame);
    session.flushAnswers();
    this.#sessions.delete(frame.channel);
    session.gone();
    this.writeFrame(frame.channel, frames.end({}));
  }

  on_close(): void {
    this.close();
  }

  on_sasl_init(): void {
    this.writeBytes(frames.write_frame(frames.sasl_frame(frames.sasl_outcome({ code: 0 }))));
    this.#awaitsHeader = true;
  }

  #session({ channel }: { channel: number }): AmqpSession {
    const session = this.#sessions.get(channel);
    if (session === undefined) throw new Error(`there is no session on channel ${channel}`);
    return session;
  }

  #onData(chunk: Buffer): void {
    this.#lastRead = performance.now();
    if (this.#closing) return;
    const writesBefore = this.#writes;
    try {
      this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
      let read = this.#readOne(0);
      let consumed = 0;
      while (read > 0) {
        consumed += read;
        read = this.#readOne(consumed);
      }
      this.#input = this.#input.subarray(consumed);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#owner.log(`connection closed, a frame could not be understood: ${reason}`);
      this.close({ condition: 'amqp:internal-error', description: reason });
      return;
    }
    if (this.#acknowledges) this.#acknowledge(writesBefore);
  }

  /**
   * A client on TCP leaves Nagle's algorithm on: it holds its second write until it hears from us, and the kernel would
   * acknowledge only 40 ms later. Any frame carries the acknowledgement.
   */
  #acknowledge(writesBefore: number): void {
    setImmediate(() => {
      if (this.#writes === writesBefore && this.#speaksAmqp) this.writeBytes(EMPTY_FRAME);
    });
  }

  /** Handles the header or frame at an offset of the input; how many bytes it had, 0 when it is not complete. */
  #readOne(at: number): number {
    const left = this.#input.length - at;
    if (this.#closing) return 0;
    if (this.#awaitsHeader) {
      if (left < 8) return 0;
      this.#onHeader(this.#input.subarray(at, at + 8));
      return 8;
    }
    if (left < 8) return 0;
    const size = this.#input.readUInt32BE(at);
    if (size < 8 || size > MAX_FRAME_SIZE) throw new Error(`a frame of ${size} bytes`);
    if (left < size) return 0;
    const frame = frames.read_frame(this.#input.subarray(at, at + size));
    frame.performative?.dispatch(this, frame);
    return size;
  }

  #onHeader(header: Buffer): void {
    if (header.toString('latin1', 0, 4) !== 'AMQP') throw new Error('this is not AMQP');
    const protocol = header[4];
    if (protocol !== PROTOCOL_AMQP && protocol !== PROTOCOL_SASL) {
      throw new Error('only plain AMQP 1.0 is spoken here: no TLS, no WebSockets');
    }
    this.#awaitsHeader = false;
    this.writeBytes(Buffer.from([0x41, 0x4d, 0x51, 0x50, protocol, 1, 0, 0]));
    this.#speaksAmqp = protocol === PROTOCOL_AMQP;
    if (this.#speaksAmqp) return;
    const mechanisms = frames.sasl_mechanisms({ sasl_server_mechanisms: ['ANONYMOUS', 'MSSBCBS'] });
    this.writeBytes(frames.write_frame(frames.sasl_frame(mechanisms)));
  }

  #flush(): void {
    for (const session of this.#sessions.values()) session.flushAnswers();
    this.#flushPlanned = false;
    if (this.#output.length === 0) return;
    this.#owner.beforeWrite();
    const output = this.#output;
    this.#output = [];
    this.#writes += 1;
    if (!this.#stream.writable) return;
    this.#stream.write(output.length === 1 ? output[0]! : Buffer.concat(output));
  }

  #beat(): void {
    if (performance.now() - this.#lastRead > 2 * IDLE_TIME_OUT_MS) this.cut();
    else if (this.#speaksAmqp) this.writeBytes(EMPTY_FRAME);
  }

  #onStreamClosed(): void {
    this.#closing = true;
    clearInterval(this.#heartbeat);
    for (const session of this.#sessions.values()) session.gone();
    this.#sessions.clear();
    this.#owner.closed(this);
  }
}

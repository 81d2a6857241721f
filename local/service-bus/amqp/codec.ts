// rhea's codec: bytes to frames, messages and typed values, and back. We take only the codec from rhea. Its connections,
// sessions and links are made for clients: as a server they join dispositions of different outcomes, forget to answer a
// drain, and decode each message before one can see its bytes.

import framesModule from 'rhea/lib/frames.js';
import messageModule from 'rhea/lib/message.js';
import terminusModule from 'rhea/lib/terminus.js';
import typesModule from 'rhea/lib/types.js';

/** A value with its AMQP type, as it was on the wire. */
export interface Typed {
  readonly type: { readonly typecode: number };
  readonly value: unknown;
  readonly descriptor?: Typed;
}

interface Types {
  Reader: new (bytes: Buffer) => { position: number; read(): Typed };
  Writer: new () => { write(value: Typed): void; toBuffer(): Buffer };
  unwrap(value: Typed): unknown;
  wrap(value: unknown): Typed;
  wrap_int(value: number): Typed;
  wrap_string(value: string): Typed;
  wrap_symbol(value: string): Typed;
  wrap_array(values: readonly unknown[], typecode: number): Typed;
  is_map(value: Typed): boolean;
}

export interface AmqpError {
  condition: string;
  description: string;
}

export interface Open {
  container_id: string;
  hostname?: string;
  max_frame_size?: number;
  idle_time_out?: number;
}

export interface Begin {
  next_outgoing_id: number;
  incoming_window: number;
}

export interface Attach {
  name: string;
  handle: number;
  /** True when the peer receives. */
  role: boolean;
  snd_settle_mode?: number;
  rcv_settle_mode?: number;
  source?: Typed | null;
  target?: Typed | null;
  initial_delivery_count?: number;
}

export interface Flow {
  next_incoming_id?: number;
  incoming_window: number;
  handle?: number | null;
  delivery_count?: number;
  link_credit?: number;
  drain?: boolean;
  echo?: boolean;
}

export interface Transfer {
  handle: number;
  delivery_id?: number | null;
  message_format?: number | null;
  settled?: boolean | null;
  more?: boolean | null;
  aborted?: boolean | null;
}

export interface Disposition {
  role: boolean;
  first: number;
  last?: number | null;
  settled?: boolean | null;
  state?: Typed | null;
}

export interface Detach {
  handle: number;
  closed?: boolean;
  error?: AmqpError;
}

export interface Frame<P> {
  channel: number;
  performative: P;
  payload?: Buffer;
}

interface AnyPerformative {
  /** Calls the method of the target that is named after the performative, such as `on_open`. */
  dispatch(target: object, frame: object): void;
}

interface Frames {
  read_frame(bytes: Buffer): { channel: number; performative?: AnyPerformative; payload?: Buffer };
  write_frame(frame: object): Buffer;
  amqp_frame(channel: number, performative: object, payload?: Buffer): object;
  sasl_frame(performative: object): object;
  open(fields: object): object;
  begin(fields: object): object;
  attach(fields: object): object;
  flow(fields: object): object;
  disposition(fields: object): object;
  detach(fields: object): object;
  end(fields: object): object;
  close(fields: object): object;
  sasl_mechanisms(fields: object): object;
  sasl_outcome(fields: object): object;
}

export interface PlainMessage {
  message_id?: unknown;
  reply_to?: string;
  correlation_id?: unknown;
  content_type?: string;
  subject?: string;
  application_properties?: Record<string, unknown>;
  body?: unknown;
}

interface MessageCodec {
  encode(message: PlainMessage): Buffer;
  decode(bytes: Buffer): PlainMessage;
  accepted(): { described(): Typed };
  rejected(fields: { error: AmqpError }): { described(): Typed };
}

export interface Terminus {
  address?: string | null;
  filter?: Record<string, unknown> | null;
}

interface TerminusCodec {
  unwrap(value: Typed | null | undefined): Terminus | null;
}

export const frames = framesModule as Frames;
export const types = typesModule as Types;
export const messages = messageModule as MessageCodec;
export const terminus = terminusModule as TerminusCodec;

/** The typed value that begins at an offset. */
export const readTyped = (bytes: Buffer, at: number): Typed => {
  const reader = new types.Reader(bytes);
  reader.position = at;
  return reader.read();
};

export const writeTyped = (value: Typed): Buffer => {
  const writer = new types.Writer();
  writer.write(value);
  return writer.toBuffer();
};

const hexToUuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** Sixteen bytes in the order of RFC 4122 as text. */
export const uuidFromBytes = (bytes: Buffer): string => hexToUuid(bytes.toString('hex'));

/** A uuid as .NET writes a Guid: its first three groups byte by byte in reverse. */
export const guidBytes = (uuid: string): Buffer => {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
};

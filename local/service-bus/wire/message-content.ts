import { readTyped, types, writeTyped, type Typed } from '../amqp/codec.ts';
import { elementsOf, endOfValue, mapEntries, mapSection, sectionsOf, textAt, type Section } from './amqp-bytes.ts';

/** What a sender wrote, as bytes; shared by all copies of the message and never changed. */
export interface MessageContent {
  readonly durable: boolean | null;
  readonly priority: number | null;
  readonly ttlMs: number | null;
  readonly firstAcquirer: boolean | null;
  /** Annotations that mean nothing to the broker: encoded keys and values, back to back. */
  readonly foreignAnnotations: Buffer;
  readonly foreignAnnotationCount: number;
  /** Properties, application-properties, body and footer. */
  readonly rest: Buffer;
  readonly propertiesEnd: number;
  readonly applicationPropertiesEnd: number;
}

export interface ReadMessage {
  content: MessageContent;
  /** Epoch milliseconds, when the sender asked for a later moment. */
  scheduledFor: number | null;
}

const SCHEDULED = 'x-opt-scheduled-enqueue-time';
const dropped = new Set([
  'x-opt-sequence-number',
  'x-opt-enqueued-time',
  'x-opt-locked-until',
  'x-opt-enqueue-sequence-number',
  'x-opt-message-state',
  'x-opt-lock-token',
  'x-opt-deadletter-source',
]);
const emptyBody = Buffer.from([0x00, 0x53, 0x77, 0x40]);
const noBytes = Buffer.alloc(0);

/** Reads an encoded message; `newMessageId` names one that came without an id. */
export const readMessage = (bytes: Buffer, newMessageId: () => string): ReadMessage => {
  const sections = sectionsOf(bytes);
  const find = (code: number): Section | undefined => sections.find((section) => section.code === code);
  const slice = (section: Section | undefined): Buffer =>
    section === undefined ? noBytes : bytes.subarray(section.start, section.end);

  const properties = withMessageId(bytes, find(0x73), newMessageId);
  const applicationProperties = slice(find(0x74));
  const bodyStart = sections.find((section) => section.code >= 0x75)?.start;
  const body = bodyStart === undefined ? emptyBody : bytes.subarray(bodyStart);
  const { foreign, scheduledFor } = readAnnotations(bytes, find(0x72));
  return {
    content: {
      ...readHeader(bytes, find(0x70)),
      foreignAnnotations: foreign.length === 0 ? noBytes : Buffer.concat(foreign),
      foreignAnnotationCount: foreign.length,
      rest: Buffer.concat([properties, applicationProperties, body]),
      propertiesEnd: properties.length,
      applicationPropertiesEnd: properties.length + applicationProperties.length,
    },
    scheduledFor,
  };
};

const readHeader = (
  bytes: Buffer,
  section: Section | undefined,
): Pick<MessageContent, 'durable' | 'priority' | 'ttlMs' | 'firstAcquirer'> => {
  const values = section === undefined ? [] : (readTyped(bytes, section.valueAt).value as Typed[]);
  const field = (index: number): unknown => values[index]?.value ?? null;
  const asBoolean = (value: unknown): boolean | null => (value === null ? null : Boolean(value));
  return {
    durable: asBoolean(field(0)),
    priority: field(1) as number | null,
    ttlMs: field(2) as number | null,
    firstAcquirer: asBoolean(field(3)),
  };
};

const readAnnotations = (
  bytes: Buffer,
  section: Section | undefined,
): { foreign: Buffer[]; scheduledFor: number | null } => {
  const foreign: Buffer[] = [];
  let scheduledFor: number | null = null;
  for (const { key, keyAt, valueAt, end } of section === undefined ? [] : mapEntries(bytes, section.valueAt)) {
    if (key === SCHEDULED) {
      const time = types.unwrap(readTyped(bytes, valueAt));
      if (time instanceof Date) scheduledFor = time.getTime();
    } else if (!dropped.has(key)) foreign.push(bytes.subarray(keyAt, end));
  }
  return { foreign, scheduledFor };
};

const withMessageId = (bytes: Buffer, section: Section | undefined, newMessageId: () => string): Buffer => {
  const { at, count } = section === undefined ? { at: 0, count: 0 } : elementsOf(bytes, section.valueAt);
  if (section !== undefined && count > 0 && bytes[at] !== 0x40) return bytes.subarray(section.start, section.end);

  const id = writeTyped(types.wrap_string(newMessageId()));
  const others = count === 0 || section === undefined ? noBytes : bytes.subarray(at + 1, section.end);
  const head = Buffer.from([0x00, 0x53, 0x73, 0xd0, 0, 0, 0, 0, 0, 0, 0, Math.max(count, 1)]);
  head.writeUInt32BE(4 + id.length + others.length, 4);
  return Buffer.concat([head, id, others]);
};

/** What filters and duplicate detection look at. */
export interface MessageFields {
  /** Fields of the properties section under their AMQP names; absent ones are missing. */
  system: ReadonlyMap<SystemField, unknown>;
  /** Application-properties under the sender's names. */
  user: ReadonlyMap<string, unknown>;
}

export type SystemField =
  'message-id' | 'to' | 'label' | 'reply-to' | 'correlation-id' | 'content-type' | 'session-id' | 'reply-to-session-id';

const systemFields = new Map<number, SystemField>([
  [0, 'message-id'],
  [2, 'to'],
  [3, 'label'],
  [4, 'reply-to'],
  [5, 'correlation-id'],
  [6, 'content-type'],
  [10, 'session-id'],
  [12, 'reply-to-session-id'],
]);

export const readFields = (content: MessageContent): MessageFields => {
  const system = new Map<SystemField, unknown>();
  const values = readTyped(content.rest, 0).value as Typed[];
  for (const [index, name] of systemFields) {
    const typed = values[index];
    if (typed !== undefined && typed.value !== null) system.set(name, plain(typed));
  }
  const user = new Map<string, unknown>();
  if (content.applicationPropertiesEnd > content.propertiesEnd) {
    const mapAt = endOfValue(content.rest, content.propertiesEnd + 1);
    for (const { key, valueAt } of mapEntries(content.rest, mapAt)) {
      user.set(key, plain(readTyped(content.rest, valueAt)));
    }
  }
  return { system, user };
};

/** Numbers of eight bytes that do not fit into a number come as bytes: their nearest number will do for comparing. */
const plain = (typed: Typed): unknown => {
  const value = types.unwrap(typed);
  if (typed.type.typecode === 0x56) return value === 1;
  if (!Buffer.isBuffer(value)) {
    return value instanceof Object && !(value instanceof Date) ? value.valueOf() : value;
  }
  switch (typed.type.typecode) {
    case 0x80:
      return Number(value.readBigUInt64BE());
    case 0x81:
      return Number(value.readBigInt64BE());
    case 0x98:
      return value.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    default:
      return value;
  }
};

/** The message-id, of whatever type, as text. */
export const messageIdOf = (content: MessageContent): string => {
  const { at } = elementsOf(content.rest, endOfValue(content.rest, 1));
  const code = content.rest.readUInt8(at);
  if (code === 0xa1 || code === 0xb1) return textAt(content.rest, at);
  const value = plain(readTyped(content.rest, at));
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
};

export type PropertyChanges = readonly [string, Typed][];

/** The content with application-properties replaced or added; all others keep their bytes. */
export const withProperties = (content: MessageContent, changes: PropertyChanges): MessageContent => {
  const applied = changes.filter(([, typed]) => typed.value !== null);
  if (applied.length === 0) return content;
  const { rest, propertiesEnd, applicationPropertiesEnd } = content;
  const changed = new Map(applied);
  const mapAt = applicationPropertiesEnd > propertiesEnd ? endOfValue(rest, propertiesEnd + 1) : undefined;
  const kept = (mapAt === undefined ? [] : mapEntries(rest, mapAt))
    .filter(({ key }) => !changed.has(key))
    .map(({ keyAt, end }) => rest.subarray(keyAt, end));
  const added = [...changed].map(([key, typed]) =>
    Buffer.concat([writeTyped(types.wrap_string(key)), writeTyped(typed)]),
  );
  const section = mapSection(0x74, [...kept, ...added], kept.length + added.length);
  return {
    ...content,
    rest: Buffer.concat([rest.subarray(0, propertiesEnd), section, rest.subarray(applicationPropertiesEnd)]),
    applicationPropertiesEnd: propertiesEnd + section.length,
  };
};

export const textProperty = (name: string, value: string): [string, Typed] => [name, types.wrap_string(value)];

// Messages as the Service Bus extension hands them to a function: body and metadata.

import type { Data, InputData, Int64 } from '../rpc.ts';

/** A message that a function gets. What is absent is left out of its metadata, but for a few that every message has. */
export interface ServiceBusMessageInput {
  /** Text and bytes as they are, nothing as an empty body, anything else as JSON. */
  body: unknown;
  messageId?: string;
  /** As the function sees it: 1 on the first delivery. */
  deliveryCount?: number;
  sequenceNumber?: number;
  enqueuedSequenceNumber?: number;
  enqueuedTimeUtc?: Date;
  expiresAtUtc?: Date;
  lockedUntilUtc?: Date;
  lockToken?: string;
  contentType?: string;
  correlationId?: string;
  subject?: string;
  sessionId?: string;
  to?: string;
  replyTo?: string;
  replyToSessionId?: string;
  partitionKey?: string;
  deadLetterReason?: string;
  deadLetterErrorDescription?: string;
  deadLetterSource?: string;
  applicationProperties?: Record<string, unknown>;
}

export interface BodyOptions {
  dataType: 'string' | 'binary' | undefined;
  /** A capability the app may set; without it empty texts are left out of batches, which shifts them. */
  includeEmptyEntries: boolean;
}

interface Shape {
  data: InputData;
  triggerMetadata: Record<string, Data>;
}

export const toBodyBytes = (body: unknown): Uint8Array => {
  if (body instanceof Uint8Array) return body;
  if (body === undefined || body === null) return new Uint8Array();
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

const toBodyText = (body: unknown): string => Buffer.from(toBodyBytes(body)).toString('utf8');

type Kind = 'text' | 'long' | 'other';

const metadataFields: [name: string, kind: Kind, read: (message: ServiceBusMessageInput) => unknown][] = [
  ['MessageId', 'text', (message) => message.messageId],
  ['DeliveryCount', 'other', (message) => message.deliveryCount ?? 1],
  ['SequenceNumber', 'long', (message) => message.sequenceNumber ?? 0],
  ['EnqueuedSequenceNumber', 'long', (message) => message.enqueuedSequenceNumber ?? 0],
  ['EnqueuedTimeUtc', 'other', (message) => message.enqueuedTimeUtc],
  ['ExpiresAtUtc', 'other', (message) => message.expiresAtUtc],
  ['LockedUntilUtc', 'other', (message) => message.lockedUntilUtc],
  ['LockToken', 'text', (message) => message.lockToken],
  ['ContentType', 'text', (message) => message.contentType],
  ['CorrelationId', 'text', (message) => message.correlationId],
  ['Subject', 'text', (message) => message.subject],
  ['Label', 'text', (message) => message.subject],
  ['SessionId', 'text', (message) => message.sessionId],
  ['To', 'text', (message) => message.to],
  ['ReplyTo', 'text', (message) => message.replyTo],
  ['ReplyToSessionId', 'text', (message) => message.replyToSessionId],
  ['PartitionKey', 'text', (message) => message.partitionKey],
  ['DeadLetterReason', 'text', (message) => message.deadLetterReason],
  ['DeadLetterErrorDescription', 'text', (message) => message.deadLetterErrorDescription],
  ['DeadLetterSource', 'text', (message) => message.deadLetterSource],
  ['ApplicationProperties', 'other', (message) => message.applicationProperties ?? {}],
  ['UserProperties', 'other', (message) => message.applicationProperties ?? {}],
];

export const toSingleShape = (message: ServiceBusMessageInput, { dataType }: BodyOptions): Shape => {
  const triggerMetadata: Record<string, Data> = {};
  for (const [name, kind, read] of metadataFields) {
    const value = read(message);
    if (value === undefined) continue;
    triggerMetadata[name] = kind === 'text' ? { string: value as string } : { json: JSON.stringify(value) };
  }
  const text = toBodyText(message.body);
  overwriteFromBody(triggerMetadata, text);
  return {
    data: dataType === 'binary' ? { bytes: toBodyBytes(message.body) } : { string: text },
    triggerMetadata,
  };
};

/** The top-level properties of a JSON object stand over the metadata of the same name: a sender can forge any of it. */
const overwriteFromBody = (triggerMetadata: Record<string, Data>, text: string): void => {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  for (const [name, value] of Object.entries(body)) {
    if (value === null || Array.isArray(value)) continue;
    const existing = Object.keys(triggerMetadata).find((key) => key.toLowerCase() === name.toLowerCase());
    triggerMetadata[existing ?? name] =
      typeof value === 'object' ? { json: JSON.stringify(value) } : { string: toDotNetText(value) };
  }
};

const toDotNetText = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const toBatchShape = (
  messages: readonly ServiceBusMessageInput[],
  { dataType, includeEmptyEntries }: BodyOptions,
): Shape => {
  const keep = (text: string | undefined): text is string => text !== undefined && (text !== '' || includeEmptyEntries);
  const triggerMetadata = Object.fromEntries(
    metadataFields.map(([name, kind, read]) => [`${name}Array`, toMetadataArray(kind, messages.map(read), keep)]),
  );
  const texts = (): string[] => messages.map(({ body }) => toBodyText(body));
  switch (dataType) {
    case 'string':
      return { data: { collectionString: { string: texts().filter(keep) } }, triggerMetadata };
    case 'binary':
      return { data: { collectionBytes: { bytes: messages.map(({ body }) => toBodyBytes(body)) } }, triggerMetadata };
    case undefined:
      // One body that is not JSON makes the whole text none, and the library fails before the function is called.
      return { data: { json: `[${texts().join(',')}]` }, triggerMetadata };
  }
};

const toMetadataArray = (kind: Kind, values: unknown[], keep: (text: string | undefined) => text is string): Data => {
  switch (kind) {
    case 'text':
      return { collectionString: { string: (values as (string | undefined)[]).filter(keep) } };
    case 'long':
      return { collectionSint64: { sint64: (values as number[]).map(toInt64) } };
    case 'other':
      return { json: JSON.stringify(values) };
  }
};

const toInt64 = (value: number): Int64 => ({
  low: Number(BigInt.asIntN(32, BigInt(value))),
  high: Number(BigInt.asIntN(32, BigInt(value) >> 32n)),
  unsigned: false,
});

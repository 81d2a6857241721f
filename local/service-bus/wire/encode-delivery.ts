import type { MessageContent } from './message-content.ts';

/** What the broker adds to a message; times in epoch milliseconds. */
export interface DeliveryFacts {
  sequenceNumber: number;
  enqueuedAt: number;
  deliveryCount: number;
  /** Effective time to live; null when unlimited. */
  ttlMs: number | null;
  lockedUntil: number | null;
  scheduledFor: number | null;
  topicSequenceNumber: number | null;
  state: 'active' | 'scheduled';
}

const MAX_UINT = 4294967295;
/** The header, its section's head, and each annotation of ours have room here; foreign annotations come on top. */
const OUR_SIZE = 320;

const key = (name: string): Buffer => Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name)]);
const sequenceNumber = key('x-opt-sequence-number');
const enqueuedTime = key('x-opt-enqueued-time');
const lockedUntilKey = key('x-opt-locked-until');
const messageState = key('x-opt-message-state');
const scheduledTime = key('x-opt-scheduled-enqueue-time');
const enqueueSequenceNumber = key('x-opt-enqueue-sequence-number');
const SCHEDULED_STATE = 2;

/** The message as it goes to a receiver: header and annotations by us, the rest as the sender wrote it. */
export const encodeDelivery = (content: MessageContent, facts: DeliveryFacts, withoutBody = false): Buffer => {
  const rest = withoutBody ? content.rest.subarray(0, content.applicationPropertiesEnd) : content.rest;
  const bytes = Buffer.allocUnsafe(OUR_SIZE + content.foreignAnnotations.length + rest.length);
  let at = writeHeader(bytes, content, facts);
  at = writeAnnotations(bytes, at, content, facts);
  at += rest.copy(bytes, at);
  return bytes.subarray(0, at);
};

const writeHeader = (bytes: Buffer, content: MessageContent, { ttlMs, deliveryCount }: DeliveryFacts): number => {
  let at = bytes.writeUInt32BE(0x005370c0, 0);
  const sizeAt = at;
  at = bytes.writeUInt8(5, at + 1);
  at = writeBoolean(bytes, content.durable, at);
  if (content.priority === null) at = bytes.writeUInt8(0x40, at);
  else at = bytes.writeUInt8(content.priority, bytes.writeUInt8(0x50, at));
  if (ttlMs === null) at = bytes.writeUInt8(0x40, at);
  else at = writeUint(bytes, Math.min(ttlMs, MAX_UINT), at);
  at = writeBoolean(bytes, content.firstAcquirer, at);
  at = writeUint(bytes, deliveryCount, at);
  bytes.writeUInt8(at - sizeAt - 1, sizeAt);
  return at;
};

const writeAnnotations = (bytes: Buffer, start: number, content: MessageContent, facts: DeliveryFacts): number => {
  let at = bytes.writeUInt32BE(0x005372d1, start);
  const sizeAt = at;
  at += 8;
  let count = content.foreignAnnotationCount;
  const add = (name: Buffer, code: number, value: number | null): void => {
    if (value === null) return;
    at += name.copy(bytes, at);
    at = writeLong(bytes, code, value, at);
    count += 1;
  };
  add(sequenceNumber, 0x81, facts.sequenceNumber);
  add(enqueuedTime, 0x83, facts.enqueuedAt);
  add(lockedUntilKey, 0x83, facts.lockedUntil);
  add(scheduledTime, 0x83, facts.scheduledFor);
  add(enqueueSequenceNumber, 0x81, facts.topicSequenceNumber);
  if (facts.state === 'scheduled') {
    at += messageState.copy(bytes, at);
    at = bytes.writeInt32BE(SCHEDULED_STATE, bytes.writeUInt8(0x71, at));
    count += 1;
  }
  at += content.foreignAnnotations.copy(bytes, at);
  bytes.writeUInt32BE(at - sizeAt - 4, sizeAt);
  bytes.writeUInt32BE(count * 2, sizeAt + 4);
  return at;
};

const writeBoolean = (bytes: Buffer, value: boolean | null, at: number): number =>
  bytes.writeUInt8(value === null ? 0x40 : value ? 0x41 : 0x42, at);

const writeUint = (bytes: Buffer, value: number, at: number): number =>
  bytes.writeUInt32BE(value, bytes.writeUInt8(0x70, at));

const writeLong = (bytes: Buffer, code: number, value: number, at: number): number => {
  const whole = Math.trunc(value);
  const next = bytes.writeInt32BE(Math.floor(whole / 4294967296), bytes.writeUInt8(code, at));
  return bytes.writeUInt32BE(whole >>> 0, next);
};

import { binaryAt, sectionsOf } from './amqp-bytes.ts';

/** The message-format of a batch: each of its data sections is an encoded message. */
export const BATCH_FORMAT = 0x80013700;

export const messagesOfBatch = (bytes: Buffer): Buffer[] =>
  sectionsOf(bytes)
    .filter(({ code }) => code === 0x75)
    .map(({ valueAt }) => binaryAt(bytes, valueAt));

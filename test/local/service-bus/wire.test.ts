import fc from 'fast-check';
import { messages, readTyped, types, writeTyped, type Typed } from '../../../local/service-bus/amqp/codec.ts';
import { encodeDelivery, type DeliveryFacts } from '../../../local/service-bus/wire/encode-delivery.ts';
import { endOfValue } from '../../../local/service-bus/wire/amqp-bytes.ts';
import {
  messageIdOf,
  readFields,
  readMessage,
  textProperty,
  withProperties,
} from '../../../local/service-bus/wire/message-content.ts';

const facts: DeliveryFacts = {
  sequenceNumber: 5,
  enqueuedAt: 1_700_000_000_123,
  deliveryCount: 300,
  ttlMs: null,
  lockedUntil: null,
  scheduledFor: null,
  topicSequenceNumber: null,
  state: 'active',
};
const newId = (): string => 'new-id';

describe('an encoded message', () => {
  test('gets an id when it has no properties, or properties without one', () => {
    const bare = messages.encode({ body: 'b' });
    const withoutProperties = Buffer.from([0x00, 0x53, 0x77, 0xa1, 1, 0x62]);
    const empty = Buffer.from([0x00, 0x53, 0x73, 0x45]);
    const subjectOnly = Buffer.from([0x00, 0x53, 0x73, 0xc0, 7, 4, 0x40, 0x40, 0x40, 0xa1, 1, 0x73]);

    for (const bytes of [bare, withoutProperties, empty, subjectOnly]) {
      expect(messageIdOf(readMessage(bytes, newId).content)).toBe('new-id');
    }
    expect(readFields(readMessage(subjectOnly, newId).content).system.get('label')).toBe('s');
  });

  test('without a body gets the body null', () => {
    const { content } = readMessage(Buffer.from([0x00, 0x53, 0x73, 0x45]), newId);

    expect(content.rest.subarray(content.applicationPropertiesEnd)).toEqual(Buffer.from([0x00, 0x53, 0x77, 0x40]));
  });

  test('is understood with descriptors of eight bytes', () => {
    const descriptor = Buffer.from([0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x77]);

    const { content } = readMessage(Buffer.concat([descriptor, Buffer.from([0xa1, 1, 0x62])]), newId);

    expect(messages.decode(encodeDelivery(content, facts)).body).toBe('b');
  });

  test('cannot be read when it is cut short or is something else', () => {
    const whole = messages.encode({ message_id: 'm', body: 'a longer body' });

    expect(() => readMessage(whole.subarray(0, whole.length - 3), newId)).toThrow(RangeError);
    expect(() => readMessage(Buffer.from('hello'), newId)).toThrow(RangeError);
  });

  test('goes out with what the broker knows, as the types that the service uses', () => {
    const { content } = readMessage(messages.encode({ message_id: 'm', body: 'b' }), newId);

    const bytes = encodeDelivery(content, {
      ...facts,
      ttlMs: 5_184_000_000,
      lockedUntil: facts.enqueuedAt + 1000,
      topicSequenceNumber: 2 ** 33,
      scheduledFor: facts.enqueuedAt,
      state: 'scheduled',
    });

    expect(messages.decode(bytes)).toMatchObject({
      message_id: 'm',
      body: 'b',
      delivery_count: 300,
      ttl: 4294967295,
      message_annotations: {
        'x-opt-sequence-number': 5,
        'x-opt-enqueued-time': new Date(facts.enqueuedAt),
        'x-opt-locked-until': new Date(facts.enqueuedAt + 1000),
        'x-opt-enqueue-sequence-number': 2 ** 33,
        'x-opt-scheduled-enqueue-time': new Date(facts.enqueuedAt),
        'x-opt-message-state': 2,
      },
    });
  });
});

const aValue: fc.Arbitrary<Typed> = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.boolean(),
    fc.double({ noNaN: true, noInteger: true }),
    fc.integer(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  )
  .map((value) => types.wrap(value));

describe('whatever its properties', () => {
  test('a value ends where its bytes end', () => {
    fc.assert(
      fc.property(aValue, (value) => {
        const bytes = writeTyped(value);

        expect(endOfValue(bytes, 0)).toBe(bytes.length);
      }),
    );
  });

  test('a message keeps those that are not changed byte by byte, and takes the changes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), aValue), (properties) => {
        const encoded = messages.encode({ message_id: 'm', application_properties: properties, body: 'b' });
        const { content } = readMessage(encoded, newId);

        const changed = withProperties(content, [textProperty('DeadLetterReason', 'r')]);

        const before = readFields(content).user;
        const after = readFields(changed).user;
        expect(new Map([...before, ['DeadLetterReason', 'r']])).toEqual(after);
        expect(messages.decode(encodeDelivery(changed, facts)).body).toBe('b');
        expect(readTyped(changed.rest, 0)).toEqual(readTyped(content.rest, 0));
      }),
    );
  });
});

import { toHttpAnswer, toHttpRequestData, toSetCookie } from '../../../local/functions-host/shapes/http.ts';
import { toOutputMessages } from '../../../local/functions-host/shapes/outputs.ts';
import { toBatchShape, toSingleShape } from '../../../local/functions-host/shapes/service-bus.ts';
import type { ServiceBusMessageInput } from '../../../local/functions-host/shapes/service-bus.ts';
import { toTimerData } from '../../../local/functions-host/shapes/timer.ts';
import { traceFrom } from '../../../local/functions-host/trace.ts';

const asDefault = { dataType: undefined, includeEmptyEntries: false };
const asString = { dataType: 'string', includeEmptyEntries: false } as const;
const asBinary = { dataType: 'binary', includeEmptyEntries: false } as const;

describe('a request', () => {
  it('26: joins the values of a query name that comes twice, in any case', () => {
    const { nullableQuery } = toHttpRequestData({
      method: 'GET',
      url: 'http://localhost/api/x?a=1&b=%26+c&A=2&empty=',
      headers: {},
      params: {},
      body: undefined,
    });

    expect(nullableQuery).toEqual({ a: { value: '1,2' }, b: { value: '& c' }, empty: { value: '' } });
  });
});

describe('an answer', () => {
  it('35: is 204 when the function returned nothing', () => {
    expect(toHttpAnswer(undefined)).toMatchObject({ status: 204, headers: {}, cookies: [] });
  });

  it.each([
    [{ name: 'a', value: 'x y' }, 'a=x%20y; path=/'],
    [
      {
        name: 'a',
        value: 'b',
        expires: { value: { seconds: 1_772_323_200 } },
        maxAge: { value: 60.7 },
        domain: { value: 'example.org' },
        path: { value: '/api' },
        secure: { value: true },
        sameSite: 'explicitNone' as const,
        httpOnly: { value: true },
      },
      'a=b; expires=Sun, 01 Mar 2026 00:00:00 GMT; max-age=60; domain=example.org; path=/api; secure; samesite=none; httponly',
    ],
    [{ name: 'a', value: 'b', sameSite: 'none' as const, secure: { value: false } }, 'a=b; path=/'],
    [{ name: 'a', value: 'b', sameSite: 'strict' as const }, 'a=b; path=/; samesite=strict'],
  ])('36: writes a cookie %#', (cookie, text) => {
    expect(toSetCookie(cookie)).toBe(text);
  });
});

describe('a timer', () => {
  it('is told its dates with an offset, and without zeros at the end of the fraction', () => {
    const status = {
      last: new Date('2026-01-01T00:05:00.030Z'),
      next: new Date('2026-01-01T00:10:00.000Z'),
      lastUpdated: new Date('2026-01-01T00:05:00.003Z'),
    };

    expect(JSON.parse(toTimerData(status, true).json!)).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: '2026-01-01T00:05:00.03+00:00',
        Next: '2026-01-01T00:10:00+00:00',
        LastUpdated: '2026-01-01T00:05:00.003+00:00',
      },
      IsPastDue: true,
    });
  });
});

describe('one message', () => {
  it.each([
    ['{"a":1}', { string: '{"a":1}' }],
    [Buffer.from('plain'), { string: 'plain' }],
    [undefined, { string: '' }],
    [{ a: 1 }, { string: '{"a":1}' }],
  ])('49: has its body as text: %p', (body, data) => {
    expect(toSingleShape({ body }, asDefault).data).toEqual(data);
  });

  it('has its body as bytes when the binding asks for it', () => {
    expect(toSingleShape({ body: Buffer.from([0, 255]) }, asBinary).data).toEqual({ bytes: Buffer.from([0, 255]) });
  });

  it('leaves out what is absent from its metadata, and tells texts from the rest', () => {
    const { triggerMetadata } = toSingleShape(
      { body: 'x', messageId: 'm', sequenceNumber: 7, subject: 's', enqueuedTimeUtc: new Date('2026-03-01T00:00:00Z') },
      asDefault,
    );

    expect(triggerMetadata).toEqual({
      MessageId: { string: 'm' },
      DeliveryCount: { json: '1' },
      SequenceNumber: { json: '7' },
      EnqueuedSequenceNumber: { json: '0' },
      EnqueuedTimeUtc: { json: '"2026-03-01T00:00:00.000Z"' },
      Subject: { string: 's' },
      Label: { string: 's' },
      ApplicationProperties: { json: '{}' },
      UserProperties: { json: '{}' },
    });
  });

  it('50: lets the sender forge metadata by the properties of the body', () => {
    const body = { messageid: 'forged', DELIVERYCOUNT: 9, subject: null, to: [1], correlationId: { a: 1 }, yes: true };

    const { triggerMetadata } = toSingleShape({ body, messageId: 'real', subject: 'kept' }, asDefault);

    expect(triggerMetadata).toMatchObject({
      MessageId: { string: 'forged' },
      DeliveryCount: { string: '9' },
      Subject: { string: 'kept' },
      correlationId: { json: '{"a":1}' },
      yes: { string: 'True' },
    });
    expect(Object.keys(triggerMetadata)).not.toContain('To');
  });

  it.each(['[{"messageId":"x"}]', '"text"', '42', 'null', 'no json'])(
    '50: keeps its metadata with the body %s',
    (body) => {
      expect(toSingleShape({ body, messageId: 'real' }, asDefault).triggerMetadata).toMatchObject({
        MessageId: { string: 'real' },
      });
    },
  );
});

describe('a batch', () => {
  const messages: ServiceBusMessageInput[] = [
    { body: '{"messageId":"forged"}', messageId: 'a', subject: 's', sequenceNumber: 1 },
    { body: '', messageId: 'b', sequenceNumber: 2 ** 33 + 5, deliveryCount: 3 },
    { body: 'x', messageId: 'c', applicationProperties: { k: 1 } },
  ];

  it('55: is one JSON array by default, which one bad body spoils', () => {
    expect(toBatchShape(messages, asDefault).data).toEqual({ json: '[{"messageId":"forged"},,x]' });
  });

  it('55: is a list of texts with dataType string, without the empty ones', () => {
    expect(toBatchShape(messages, asString).data).toEqual({
      collectionString: { string: ['{"messageId":"forged"}', 'x'] },
    });
  });

  it('keeps the empty texts when the app says that it can take them', () => {
    const { data } = toBatchShape(messages, { ...asString, includeEmptyEntries: true });
    expect(data).toEqual({ collectionString: { string: ['{"messageId":"forged"}', '', 'x'] } });
  });

  it('is a list of bytes with dataType binary', () => {
    const { data } = toBatchShape(messages, asBinary);
    expect(data.collectionBytes?.bytes.map((bytes) => Buffer.from(bytes).toString())).toEqual([
      '{"messageId":"forged"}',
      '',
      'x',
    ]);
  });

  it('has metadata in arrays, which no body overwrites', () => {
    expect(toBatchShape(messages, asDefault).triggerMetadata).toMatchObject({
      MessageIdArray: { collectionString: { string: ['a', 'b', 'c'] } },
      SubjectArray: { collectionString: { string: ['s'] } },
      SequenceNumberArray: {
        collectionSint64: {
          sint64: [
            { low: 1, high: 0, unsigned: false },
            { low: 5, high: 2, unsigned: false },
            { low: 0, high: 0, unsigned: false },
          ],
        },
      },
      DeliveryCountArray: { json: '[1,3,1]' },
      ApplicationPropertiesArray: { json: '[{},{},{"k":1}]' },
    });
  });
});

describe('59: an output', () => {
  const binding = { type: 'serviceBus', direction: 'out', connection: 'Bus', queueName: 'results' };
  const bodies = (returnValue: object | null | undefined): string[] =>
    toOutputMessages({ $return: binding }, { invocationId: 'i', returnValue }).map(({ body }) => body);

  it.each([
    [undefined, []],
    [null, []],
    [{ json: '[1,"x",{"a":1},true]' }, ['1', 'x', '{\n  "a": 1\n}', 'true']],
    [{ json: '{"a":1}' }, ['{\n  "a": 1\n}']],
    [{ string: 'text' }, ['text']],
    [{ string: '[1,2]' }, ['1', '2']],
    [{ string: '42' }, ['42']],
    [{ int: 7 }, ['7']],
    [{ double: 1.5 }, ['1.5']],
    [{ bytes: Buffer.from('x') }, ['System.Byte[]']],
  ])('%j becomes %j', (returnValue, expected) => {
    expect(bodies(returnValue)).toEqual(expected);
  });

  it('goes to the queue or topic of its binding', () => {
    const response = {
      invocationId: 'i',
      outputData: [{ name: 'other', data: { string: 'x' } }],
      returnValue: { string: 'y' },
    };
    const other = { type: 'serviceBus', connection: 'Bus2', topicName: 'events' };

    expect(toOutputMessages({ $return: binding, other }, response)).toEqual([
      { connection: 'Bus2', entity: 'events', body: 'x' },
      { connection: 'Bus', entity: 'results', body: 'y' },
    ]);
  });
});

describe('19: a trace', () => {
  it('goes on under a new span', () => {
    const { traceParent, traceState } = traceFrom('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'a=b');

    expect(traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(traceParent).not.toContain('b7ad6b7169203331');
    expect(traceState).toBe('a=b');
  });

  it.each([undefined, '', 'nonsense'])('begins when the caller has none: %p', (traceParent) => {
    expect(traceFrom(traceParent).traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});

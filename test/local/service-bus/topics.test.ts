import type { ServiceBusMessage } from '@azure/service-bus';
import { aConfig, bodies, startBus, take, takeNothing, takeOne } from './support.ts';

const sql = (SqlExpression: string): object => ({
  Name: 'rule',
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression } },
});
const correlation = (CorrelationFilter: object): object => ({
  Name: 'rule',
  Properties: { FilterType: 'Correlation', CorrelationFilter },
});

describe('the subscriptions of a topic', () => {
  test('get copies of their own, with their own numbers, counts, properties and states (45)', async () => {
    const subscriptions = { one: { MaxDeliveryCount: 2 }, two: {} };
    const { bus, client } = await startBus({ config: aConfig({}, { events: { subscriptions } }) });
    await client.createSender('events').sendMessages([{ body: 'a' }, { body: 'b' }]);
    const [one, two] = [client.createReceiver('events', 'one'), client.createReceiver('events', 'two')];

    await one.abandonMessage(await takeOne(one), { changed: true });
    await one.abandonMessage(await takeOne(one));

    expect(bus.inspect().entities['events/Subscriptions/one']).toMatchObject({ active: 1, deadLettered: 1 });
    const [copy] = await take(two, 2);
    expect(copy).toMatchObject({ body: 'a', deliveryCount: 0 });
    expect(copy!.applicationProperties).toBeUndefined();
  });

  test('number what they get from one on, whatever the others get', async () => {
    const subscriptions = { all: {}, odd: { rules: [sql('odd = TRUE')] } };
    const { client } = await startBus({ config: aConfig({}, { events: { subscriptions } }) });
    const events = [false, true, false, true].map((odd, body) => ({ body, applicationProperties: { odd } }));
    await client.createSender('events').sendMessages(events);

    const messages = await take(client.createReceiver('events', 'odd'), 2);

    expect(
      messages.map(({ body, sequenceNumber, enqueuedSequenceNumber }) => [
        body as number,
        sequenceNumber!.toNumber(),
        enqueuedSequenceNumber,
      ]),
    ).toEqual([
      [1, 1, 2],
      [3, 2, 4],
    ]);
  });

  test('with several rules get one copy of what matches any', async () => {
    const subscriptions = { s: { rules: [{ ...sql('a = 1') }, { ...sql('b = 1'), Name: 'other' }] } };
    const { client } = await startBus({ config: aConfig({}, { events: { subscriptions } }) });
    await client.createSender('events').sendMessages([
      { body: 'both', applicationProperties: { a: 1, b: 1 } },
      { body: 'none', applicationProperties: { a: 2 } },
      { body: 'one', applicationProperties: { b: 1 } },
    ]);

    const receiver = client.createReceiver('events', 's');

    expect(bodies(await take(receiver, 2))).toEqual(['both', 'one']);
    expect(await takeNothing(receiver)).toEqual([]);
  });

  test('have dead-letter queues, and are found without regard to case', async () => {
    const { client } = await startBus({ config: aConfig({}, { events: { subscriptions: { Audit: {} } } }) });
    await client.createSender('EVENTS').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('Events', 'audit');
    await receiver.deadLetterMessage(await takeOne(receiver));

    const dead = await takeOne(client.createReceiver('events', 'AUDIT', { subQueueType: 'deadLetter' }));

    expect(dead.body).toBe('one');
  });
});

describe('a correlation filter', () => {
  const filters: [string, object, Omit<ServiceBusMessage, 'body'>, Omit<ServiceBusMessage, 'body'>][] = [
    ['CorrelationId', { CorrelationId: 'x' }, { correlationId: 'x' }, { correlationId: 'X' }],
    ['MessageId', { MessageId: 'x' }, { messageId: 'x' }, { messageId: 'y' }],
    ['To', { To: 'x' }, { to: 'x' }, {}],
    ['ReplyTo', { ReplyTo: 'x' }, { replyTo: 'x' }, { replyTo: 'xx' }],
    ['Label', { Label: 'x' }, { subject: 'x' }, { subject: 'y' }],
    ['SessionId', { SessionId: 'x' }, { sessionId: 'x' }, {}],
    ['ReplyToSessionId', { ReplyToSessionId: 'x' }, { replyToSessionId: 'x' }, {}],
    ['ContentType', { ContentType: 'x' }, { contentType: 'x' }, { contentType: 'y' }],
    [
      'Properties of text',
      { Properties: { region: 'eu' } },
      { applicationProperties: { region: 'eu' } },
      { applicationProperties: { region: 'EU' } },
    ],
    [
      'Properties of numbers, which are no text',
      { Properties: { n: 5 } },
      { applicationProperties: { n: 5 } },
      { applicationProperties: { n: '5' } },
    ],
    [
      'Properties of booleans',
      { Properties: { yes: true } },
      { applicationProperties: { yes: true } },
      { applicationProperties: { yes: 1 } },
    ],
    [
      'several fields, all of which must be equal',
      { Label: 'x', Properties: { a: 1 } },
      { subject: 'x', applicationProperties: { a: 1 } },
      { subject: 'x', applicationProperties: { a: 2 } },
    ],
    ['empty fields, which take no part', { Label: 'x', To: '' }, { subject: 'x', to: 'y' }, { to: 'y' }],
  ];

  test.each(filters)('compares %s (46)', async (_field, filter, matching, other) => {
    const subscriptions = { s: { rules: [correlation(filter)] } };
    const { bus, client } = await startBus({ config: aConfig({}, { events: { subscriptions } }) });

    await client.createSender('events').sendMessages([
      { body: 'other', ...other },
      { body: 'matching', ...matching },
    ]);

    expect(bodies(await take(client.createReceiver('events', 's'), 1))).toEqual(['matching']);
    expect(bus.inspect().entities['events/Subscriptions/s']).toMatchObject({ active: 0, locked: 1 });
  });
});

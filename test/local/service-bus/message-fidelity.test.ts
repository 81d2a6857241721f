import { aConfig, bodies, sequence, startBus, take, takeOne } from './support.ts';

const config = aConfig({ orders: {} });

describe('a message arrives as it was sent', () => {
  test('with every system property (30)', async () => {
    const { client } = await startBus({ config });
    const sent = {
      body: 'one',
      messageId: 'm-1',
      correlationId: 'c-1',
      subject: 'a subject',
      to: 'somebody',
      replyTo: 'me',
      replyToSessionId: 'my session',
      contentType: 'text/plain',
      partitionKey: 'a key',
      timeToLive: 60_000,
    };
    await client.createSender('orders').sendMessages(sent);

    const message = await takeOne(client.createReceiver('orders'));

    expect(message).toMatchObject({ ...sent, deliveryCount: 0, state: 'active', sequenceNumber: sequence(1) });
    expect(message.expiresAtUtc!.getTime() - message.enqueuedTimeUtc!.getTime()).toBe(60_000);
  });

  test('with every type of application property (31)', async () => {
    const { client } = await startBus({ config });
    const applicationProperties = {
      text: 'ä€😀',
      empty: '',
      int: 5,
      negative: -5,
      double: 1.5,
      big: 2 ** 40,
      yes: true,
      no: false,
      nothing: null,
      long: 'x'.repeat(300),
    };
    await client.createSender('orders').sendMessages({
      body: 'one',
      applicationProperties: { ...applicationProperties, date: new Date('2026-01-02T03:04:05.678Z') },
    });

    const message = await takeOne(client.createReceiver('orders'));

    // The SDK itself shows dates of application properties as milliseconds.
    const date = Date.parse('2026-01-02T03:04:05.678Z');
    expect(message.applicationProperties).toEqual({ ...applicationProperties, date });
  });

  test.each<[string, unknown]>([
    ['text', 'hello'],
    ['unicode', '日本語 😀'],
    ['empty text', ''],
    ['an object', { a: [1, { b: null }], c: 'd' }],
    ['a list', [1, 'two', null]],
    ['a number', 42],
    ['null', null],
    ['binary', Buffer.from([0, 1, 2, 255])],
  ])('with a body of %s (32)', async (_kind, body) => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body });

    expect((await takeOne(client.createReceiver('orders'))).body).toEqual(body);
  });

  test.each([
    ['value', { a: 1 }],
    ['sequence', [1, 'two']],
  ] as const)('with an AMQP body of type %s (32)', async (bodyType, body) => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body, bodyType });

    const message = await takeOne(client.createReceiver('orders'));

    expect(message._rawAmqpMessage).toMatchObject({ bodyType });
    expect([message.body, message._rawAmqpMessage.body]).toContainEqual(body);
  });

  test('with foreign annotations, also when it comes again, footer and priority; claims about the broker are dropped (33)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({
      body: 'one',
      bodyType: 'data',
      header: { priority: 7, durable: true },
      footer: { checksum: 'f' },
      messageAnnotations: { 'x-mine': 'kept', 'x-opt-sequence-number': 77, 'x-opt-lock-token': 'x' },
    });
    const receiver = client.createReceiver('orders');

    const first = await takeOne(receiver);
    await receiver.abandonMessage(first);
    const again = await takeOne(receiver);

    for (const { _rawAmqpMessage: raw } of [first, again]) {
      expect(raw.header).toMatchObject({ priority: 7, durable: true });
      expect(raw.footer).toEqual({ checksum: 'f' });
      expect(raw.messageAnnotations).toMatchObject({ 'x-mine': 'kept', 'x-opt-sequence-number': 1 });
      expect(raw.messageAnnotations).not.toHaveProperty('x-opt-lock-token');
    }
  });

  test('with an id even when it was sent without one (34)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages([{ body: 'one', subject: 's' }, { body: 'two' }]);

    const messages = await take(client.createReceiver('orders'), 2);

    expect(messages.map(({ messageId }) => messageId)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    expect(messages[0]).toMatchObject({ subject: 's' });
    expect(messages[0]!.messageId).not.toBe(messages[1]!.messageId);
  });

  test('with 260 kB, which takes several frames both ways (35)', async () => {
    const { client } = await startBus({ config });
    const body = Buffer.alloc(260_000, 'liveness');
    await client.createSender('orders').sendMessages({ body });
    const receiver = client.createReceiver('orders');

    const message = await takeOne(receiver);
    await receiver.completeMessage(message);

    expect(body.equals(message.body as Buffer)).toBe(true);
  });
});

describe('what is too large', () => {
  const large = { body: Buffer.alloc(300_000) };

  test('does not fit into a batch (36)', async () => {
    const { client } = await startBus({ config });

    const batch = await client.createSender('orders').createMessageBatch();

    expect(batch.maxSizeInBytes).toBe(262_144);
    expect(batch.tryAddMessage(large)).toBe(false);
  });

  test('is refused as a message and as an array, which stores nothing, and the sender goes on (36)', async () => {
    const { bus, client } = await startBus({ config });
    const sender = client.createSender('orders');

    await expect(sender.sendMessages(large)).rejects.toMatchObject({ code: 'MessageSizeExceeded' });
    await expect(sender.sendMessages([{ body: 'small' }, large])).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    });
    await sender.sendMessages({ body: 'after' });

    expect(bus.inspect().entities.orders?.active).toBe(1);
  });

  test('a batch is refused as a whole (36)', async () => {
    const { bus, client } = await startBus({ config });
    bus.faults.add({ on: 'send', match: ({ user }) => user.get('bad') === true, do: 'quota' });
    const sender = client.createSender('orders');

    const sending = sender.sendMessages([{ body: 'good' }, { body: 'bad', applicationProperties: { bad: true } }]);

    await expect(sending).rejects.toMatchObject({ code: 'QuotaExceeded' });
    expect(bus.inspect().entities.orders?.active).toBe(0);
  });

  test('a batch keeps its order and its messages their own properties', async () => {
    const { client } = await startBus({ config });
    const sent = Array.from({ length: 10 }, (_, index) => ({ body: index, messageId: `m-${index}` }));
    await client.createSender('orders').sendMessages(sent);

    const messages = await take(client.createReceiver('orders'), 10);

    expect(messages.map(({ body, messageId }) => ({ body: body as unknown, messageId }))).toEqual(sent);
    expect(bodies(messages)).toEqual(sent.map(({ body }) => body));
  });
});

import { aClock, aConfig, bodies, sequence, startBus, takeOne } from './support.ts';

const config = aConfig({ orders: {} });

describe('peeking', () => {
  test('shows active, locked and scheduled messages in order of their numbers, without locks (43)', async () => {
    const clock = aClock();
    const { client } = await startBus({ config, clock });
    const sender = client.createSender('orders');
    await sender.sendMessages({ body: 'locked' });
    await sender.scheduleMessages({ body: 'scheduled' }, new Date(clock.now().getTime() + 1000));
    await sender.sendMessages({ body: 'active' });
    const receiver = client.createReceiver('orders');
    await takeOne(receiver);

    const messages = await receiver.peekMessages(10);

    expect(messages).toMatchObject([
      { body: 'locked', state: 'active', sequenceNumber: sequence(1) },
      { body: 'scheduled', state: 'scheduled', sequenceNumber: sequence(2) },
      { body: 'active', state: 'active', sequenceNumber: sequence(3) },
    ]);
    expect(messages.every(({ lockToken, lockedUntilUtc }) => (lockToken ?? lockedUntilUtc) === undefined)).toBe(true);
  });

  test('goes on where it ended, and begins where it is told (43)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages([0, 1, 2, 3, 4].map((body) => ({ body })));
    const receiver = client.createReceiver('orders');
    const third = (await receiver.peekMessages(3))[2]!.sequenceNumber!;

    expect(bodies(await receiver.peekMessages(10))).toEqual([3, 4]);
    expect(bodies(await receiver.peekMessages(2, { fromSequenceNumber: third }))).toEqual([2, 3]);
    expect(await receiver.peekMessages(2, { fromSequenceNumber: third.add(10) })).toEqual([]);
  });

  test('can leave bodies out (43)', async () => {
    const { client } = await startBus({ config });
    await client
      .createSender('orders')
      .sendMessages({ body: 'secret', messageId: 'm', applicationProperties: { a: 1 } });

    // The SDK understands this option without declaring it.
    const withoutBodies: object = { omitMessageBody: true };

    const [message] = await client.createReceiver('orders').peekMessages(1, withoutBodies);

    expect(message).toMatchObject({ messageId: 'm', applicationProperties: { a: 1 } });
    expect(message!.body).toBeUndefined();
  });

  test('works in a dead-letter queue, whose numbers are those of the queue (43)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages([{ body: 'one' }, { body: 'two' }]);
    const receiver = client.createReceiver('orders');
    const [first, second] = [await takeOne(receiver), await takeOne(receiver)];
    await receiver.deadLetterMessage(second);
    await receiver.deadLetterMessage(first);

    const dead = await client.createReceiver('orders', { subQueueType: 'deadLetter' }).peekMessages(5);

    expect(dead).toMatchObject([
      { body: 'one', sequenceNumber: sequence(1) },
      { body: 'two', sequenceNumber: sequence(2) },
    ]);
  });

  test('changes nothing (43)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const before = bus.inspect().entities.orders;

    await receiver.peekMessages(1);

    expect(bus.inspect().entities.orders).toEqual(before);
    expect((await takeOne(receiver)).deliveryCount).toBe(0);
  });
});

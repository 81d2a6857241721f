import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { aConfig, aClock, bodies, startBus, take, takeNothing, takeOne } from './support.ts';

const config = aConfig({ orders: { MaxDeliveryCount: 3, LockDuration: 'PT1M' } });

describe('settling a message', () => {
  test('a completed message is gone (1)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');

    await receiver.completeMessage(await takeOne(receiver));

    expect(await takeNothing(receiver)).toEqual([]);
    expect(await receiver.peekMessages(1)).toEqual([]);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 0, deadLettered: 0 });
  });

  test('an abandoned message comes first again and shows one delivery more (2)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages([{ body: 'one' }, { body: 'two' }]);
    const receiver = client.createReceiver('orders');
    const first = await takeOne(receiver);

    await receiver.abandonMessage(first);
    const again = await takeOne(receiver);

    expect([first.deliveryCount, again.deliveryCount]).toEqual([0, 1]);
    expect(again).toMatchObject({ body: 'one', sequenceNumber: first.sequenceNumber });
    expect(again.lockToken).not.toBe(first.lockToken);
  });

  test('abandoning and dead-lettering change properties and keep the others with their types (3)', async () => {
    const { client } = await startBus({ config });
    const applicationProperties = { kept: 2 ** 40, date: new Date(5), text: 'a', flag: true, changed: 'before' };
    await client.createSender('orders').sendMessages({ body: 'one', applicationProperties });
    const receiver = client.createReceiver('orders');

    await receiver.abandonMessage(await takeOne(receiver), { changed: 'after', added: 1.5 });
    const abandoned = await takeOne(receiver);
    await receiver.deadLetterMessage(abandoned, {
      deadLetterReason: 'bad',
      deadLetterErrorDescription: 'worse',
      more: 7,
    });
    const dead = await takeOne(client.createReceiver('orders', { subQueueType: 'deadLetter' }));

    const reasons = { DeadLetterReason: 'bad', DeadLetterErrorDescription: 'worse' };
    const changed = { ...applicationProperties, date: 5, changed: 'after', added: 1.5 };
    expect(abandoned.applicationProperties).toEqual(changed);
    expect(dead.applicationProperties).toEqual({ ...changed, more: 7, ...reasons });
  });

  test('the last permitted delivery that is abandoned ends in the dead-letter queue (4)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'poison' });
    const receiver = client.createReceiver('orders');

    for (let delivery = 0; delivery < 3; delivery += 1) await receiver.abandonMessage(await takeOne(receiver));

    expect(await takeNothing(receiver)).toEqual([]);
    expect(await takeOne(client.createReceiver('orders', { subQueueType: 'deadLetter' }))).toMatchObject({
      body: 'poison',
      deliveryCount: 3,
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed after 3 delivery attempts.',
    });
  });

  test('so does a message whose lock expires that often (5)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages({ body: 'slow' });
    const receiver = client.createReceiver('orders');

    for (let delivery = 0; delivery < 3; delivery += 1) {
      expect((await takeOne(receiver)).deliveryCount).toBe(delivery);
      clock.advance(60_000);
    }

    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 0, deadLettered: 1 });
  });

  test('a dead-lettered message shows its reason, description and extras (6)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'one', messageId: 'm-1' });
    const receiver = client.createReceiver('orders');
    const message = await takeOne(receiver);

    await receiver.deadLetterMessage(message, {
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'no such field',
      field: 'size',
    });

    expect(await takeOne(client.createReceiver('orders', { subQueueType: 'deadLetter' }))).toMatchObject({
      body: 'one',
      messageId: 'm-1',
      sequenceNumber: message.sequenceNumber,
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'no such field',
      applicationProperties: { field: 'size' },
    });
  });

  test('in the dead-letter queue deliveries are not counted, nothing is dead-lettered again, and completing ends it (7)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    const sender = client.createSender('orders');
    await sender.sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    await receiver.deadLetterMessage(await takeOne(receiver));
    const dead = client.createReceiver('orders', { subQueueType: 'deadLetter' });

    for (let delivery = 0; delivery < 5; delivery += 1) await dead.abandonMessage(await takeOne(dead));
    await expect(dead.deadLetterMessage(await takeOne(dead))).rejects.toMatchObject({ code: 'GeneralError' });
    clock.advance(60_000);
    const message = await takeOne(dead);
    expect(message.deliveryCount).toBe(0);
    await sender.sendMessages({ body: message.body as unknown });
    await dead.completeMessage(message);

    expect(bus.inspect().entities.orders).toMatchObject({ active: 1, locked: 0, deadLettered: 0 });
    expect((await takeOne(receiver)).body).toBe('one');
  });

  test('a message can be settled in every way after its receiver was closed (8)', async () => {
    const { bus, client } = await startBus({ config });
    await client
      .createSender('orders')
      .sendMessages([{ body: 'complete' }, { body: 'abandon' }, { body: 'dead-letter' }]);
    const receiver = client.createReceiver('orders');
    const [complete, abandon, deadLetter] = await take(receiver, 3);

    await receiver.close();
    const other = client.createReceiver('orders');
    // The SDK settles through management when the link that delivered is gone.
    await other.completeMessage(complete!);
    await other.abandonMessage(abandon!, { seen: true });
    await other.deadLetterMessage(deadLetter!, { deadLetterReason: 'late', deadLetterErrorDescription: 'closed' });

    expect(await takeOne(other)).toMatchObject({
      body: 'abandon',
      deliveryCount: 1,
      applicationProperties: { seen: true },
    });
    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 1, deadLettered: 1 });
  });

  test('a message is settled once only (9)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const message = await takeOne(receiver);
    await receiver.close();
    const other = client.createReceiver('orders');
    await other.completeMessage(message);

    await expect(other.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
  });

  test('of sends in one tick, the refused fail and the others do not (10)', async () => {
    const { bus, client } = await startBus({ config });
    bus.faults.add({
      on: 'send',
      times: 50,
      match: ({ user }) => user.get('bad') === true,
      do: { kind: 'reject', condition: 'com.microsoft:argument-error', description: 'no' },
    });
    const sender = client.createSender('orders');
    await sender.sendMessages({ body: 'warm' });

    const results = await Promise.allSettled(
      Array.from({ length: 90 }, (_, index) =>
        sender.sendMessages({ body: index, applicationProperties: { bad: index % 3 === 1 } }),
      ),
    );

    expect(results.map(({ status }) => status === 'rejected')).toEqual(
      Array.from({ length: 90 }, (_, index) => index % 3 === 1),
    );
    expect(bus.inspect().entities.orders?.active).toBe(61);
  });

  test('of settlements in one tick, those with a lost lock fail and the others do not (11)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages(Array.from({ length: 30 }, (_, index) => ({ body: index })));
    const receiver = client.createReceiver('orders');
    const messages = await take(receiver, 30);
    bus.faults.add({ on: 'settle', after: 4, times: 5, do: 'lose-lock' });

    const results = await Promise.allSettled(messages.map((message) => receiver.completeMessage(message)));

    expect(results.map(({ status }) => status === 'rejected')).toEqual(
      Array.from({ length: 30 }, (_, index) => index >= 4 && index < 9),
    );
    await receiver.close();
    const lost = await take(client.createReceiver('orders'), 5);
    expect(bodies(lost)).toEqual([4, 5, 6, 7, 8]);
    expect(lost.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
  });
});

describe('what is left out', () => {
  const refusals: [string, (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) => Promise<unknown>][] = [
    ['deferral', (receiver, message) => receiver.deferMessage(message)],
    ['receiving by sequence number', (receiver, message) => receiver.receiveDeferredMessages(message.sequenceNumber!)],
  ];

  test.each(refusals)('%s is refused with a sentence and the message stays locked', async (feature, act) => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const message = await takeOne(receiver);

    await expect(act(receiver, message)).rejects.toThrow(
      new RegExp(`${feature}.* is not part of the local Service Bus`),
    );

    expect(bus.inspect().entities.orders).toMatchObject({ locked: 1, deferred: 0 });
  });
});

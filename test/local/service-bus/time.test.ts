import type { ServiceBusSender } from '@azure/service-bus';
import type { ShiftableClock } from '../../../local/clock.ts';
import { aClock, aConfig, bodies, sequence, startBus, take, takeNothing, takeOne } from './support.ts';

const SECOND = 1000;
const later = (clock: ShiftableClock, seconds: number): Date => new Date(clock.now().getTime() + seconds * SECOND);

describe('a scheduled message', () => {
  test('cannot be received before its time, can be peeked, and comes at its time with a new number at the end (37)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config: aConfig({ orders: {} }), clock });
    const sender = client.createSender('orders');
    const receiver = client.createReceiver('orders');
    const time = later(clock, 60);

    const [number] = await sender.scheduleMessages({ body: 'later' }, time);
    await sender.sendMessages({ body: 'now' });
    const [peeked] = await receiver.peekMessages(1);
    clock.advance(60 * SECOND - 1);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 1, scheduled: 1 });
    clock.advance(1);

    expect(number).toEqual(sequence(1));
    expect(peeked).toMatchObject({ body: 'later', state: 'scheduled', scheduledEnqueueTimeUtc: time });
    const messages = await take(receiver, 2);
    expect(bodies(messages)).toEqual(['now', 'later']);
    expect(messages[1]).toMatchObject({ sequenceNumber: sequence(3), enqueuedTimeUtc: time, state: 'active' });
  });

  test('can be sent with its time as a property, alone and in a batch (37)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config: aConfig({ orders: {} }), clock });
    const sender = client.createSender('orders');

    await sender.sendMessages({ body: 'second', scheduledEnqueueTimeUtc: later(clock, 20) });
    await sender.sendMessages([{ body: 'first', scheduledEnqueueTimeUtc: later(clock, 10) }, { body: 'at once' }]);

    expect(bus.inspect().entities.orders).toMatchObject({ active: 1, scheduled: 2 });
    clock.advance(30 * SECOND);
    expect(bodies(await take(client.createReceiver('orders'), 3))).toEqual(['at once', 'first', 'second']);
  });

  test('can be cancelled once, and several only together (38)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config: aConfig({ orders: {} }), clock });
    const sender = client.createSender('orders');
    const [first, second] = await sender.scheduleMessages([{ body: 'one' }, { body: 'two' }], later(clock, 10));

    await sender.cancelScheduledMessages(first!);
    const notFound = { code: 'MessageNotFound' };
    await expect(sender.cancelScheduledMessages(first!)).rejects.toMatchObject(notFound);
    await expect(sender.cancelScheduledMessages([second!, first!])).rejects.toMatchObject(notFound);

    expect(bus.inspect().entities.orders?.scheduled).toBe(1);
    clock.advance(10 * SECOND);
    expect(bodies(await take(client.createReceiver('orders'), 1))).toEqual(['two']);
    await expect(sender.cancelScheduledMessages(second!)).rejects.toMatchObject(notFound);
  });

  test('on a topic waits outside the subscriptions and is matched when it comes (39)', async () => {
    const clock = aClock();
    const config = aConfig({}, { events: { subscriptions: { all: {} } } });
    const { bus, client } = await startBus({ config, clock });
    const sender = client.createSender('events');
    const [, cancelled] = await sender.scheduleMessages([{ body: 'one' }, { body: 'two' }], later(clock, 10));
    await sender.cancelScheduledMessages(cancelled!);
    const receiver = client.createReceiver('events', 'all');

    expect(await receiver.peekMessages(5)).toEqual([]);
    expect(bus.inspect().entities.events?.scheduled).toBe(1);
    clock.advance(10 * SECOND);

    const messages = await take(receiver, 1);
    expect(messages[0]).toMatchObject({ body: 'one', sequenceNumber: sequence(1) });
    expect(messages[0]).toMatchObject({ enqueuedSequenceNumber: 3 });
    expect(bus.inspect().entities.events?.scheduled).toBe(0);
  });

  test('for a time that is not in the future comes now (40)', async () => {
    const clock = aClock();
    const { client } = await startBus({ config: aConfig({ orders: {} }), clock });

    await client.createSender('orders').scheduleMessages({ body: 'past' }, later(clock, 0));

    expect((await takeOne(client.createReceiver('orders'))).body).toBe('past');
  });
});

describe('time to live', () => {
  test('ends a message at its time, with nobody receiving (41)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config: aConfig({ orders: {} }), clock });
    await client.createSender('orders').sendMessages([{ body: 'short', timeToLive: 5000 }, { body: 'long' }]);

    clock.advance(4999);
    expect(bus.inspect().entities.orders?.active).toBe(2);
    clock.advance(1);

    expect(bus.inspect().entities.orders).toMatchObject({ active: 1, deadLettered: 0 });
    expect((await takeOne(client.createReceiver('orders'))).body).toBe('long');
  });

  test('ends in the dead-letter queue where that is configured, and never there (41)', async () => {
    const clock = aClock();
    const config = aConfig({ orders: { DeadLetteringOnMessageExpiration: true, DefaultMessageTimeToLive: 'PT5S' } });
    const { client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages({ body: 'one' });

    clock.advance(5000);
    clock.advance(1_000_000);

    const dead = await takeOne(client.createReceiver('orders', { subQueueType: 'deadLetter' }));
    expect(dead).toMatchObject({
      body: 'one',
      deadLetterReason: 'TTLExpiredException',
      deadLetterErrorDescription: 'The message expired and was dead lettered.',
    });
  });

  test.each([
    ['the default of the queue when the message has none', undefined, 10_000],
    ['that of the message when it is shorter', 3000, 3000],
    ['the default of the queue when the message asks for longer', 60_000, 10_000],
  ])('is %s (41)', async (_case, timeToLive, effective) => {
    const clock = aClock();
    const { client } = await startBus({ config: aConfig({ orders: { DefaultMessageTimeToLive: 'PT10S' } }), clock });
    const message = { body: 'one', ...(timeToLive === undefined ? {} : { timeToLive }) };
    await client.createSender('orders').sendMessages(message);

    const { expiresAtUtc } = await takeOne(client.createReceiver('orders'));

    expect(expiresAtUtc).toEqual(new Date(clock.now().getTime() + effective));
  });

  test('lets a locked message be completed after its end, and ends it when it is given back (41)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config: aConfig({ orders: {} }), clock });
    const sent = { timeToLive: 1000 };
    await client.createSender('orders').sendMessages([
      { body: 'completed', ...sent },
      { body: 'abandoned', ...sent },
    ]);
    const receiver = client.createReceiver('orders');
    const [completed, abandoned] = await take(receiver, 2);

    clock.advance(2000);
    expect(bus.inspect().entities.orders?.locked).toBe(2);
    await receiver.completeMessage(completed!);
    await receiver.abandonMessage(abandoned!);

    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 0, deadLettered: 0 });
  });

  test('of a subscription caps that of the topic (41)', async () => {
    const clock = aClock();
    const subscriptions = { short: { DefaultMessageTimeToLive: 'PT5S' }, long: {} };
    const config = aConfig({}, { events: { properties: { DefaultMessageTimeToLive: 'PT20S' }, subscriptions } });
    const { bus, client } = await startBus({ config, clock });
    await client.createSender('events').sendMessages({ body: 'one' });
    const left = (): (number | undefined)[] =>
      ['short', 'long'].map((name) => bus.inspect().entities[`events/Subscriptions/${name}`]?.active);

    clock.advance(5000);
    expect(left()).toEqual([0, 1]);
    clock.advance(15_000);
    expect(left()).toEqual([0, 0]);
  });
});

describe('duplicate detection', () => {
  const properties = { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT1M' };
  const send = (sender: ServiceBusSender, ...ids: string[]): Promise<void> =>
    sender.sendMessages(ids.map((messageId) => ({ body: messageId, messageId })));

  test('drops repeats within the window, also in one batch, and accepts them after it (42)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config: aConfig({ orders: properties }), clock });
    const sender = client.createSender('orders');

    await send(sender, 'a', 'b', 'a');
    clock.advance(59_000);
    await send(sender, 'a'); // the window runs from the first acceptance, this does not prolong it
    expect(bus.inspect().entities.orders?.active).toBe(2);
    clock.advance(1000);
    await send(sender, 'a');

    expect(bodies(await take(client.createReceiver('orders'), 3))).toEqual(['a', 'b', 'a']);
  });

  test('drops repeats after the first was completed (42)', async () => {
    const { client } = await startBus({ config: aConfig({ orders: properties }) });
    const sender = client.createSender('orders');
    const receiver = client.createReceiver('orders');
    await send(sender, 'a');
    await receiver.completeMessage(await takeOne(receiver));

    await send(sender, 'a');

    expect(await takeNothing(receiver)).toEqual([]);
  });

  test('on a topic drops repeats before they are copied (42)', async () => {
    const config = aConfig({}, { events: { properties, subscriptions: { one: {}, two: {} } } });
    const { bus, client } = await startBus({ config });

    await send(client.createSender('events'), 'a', 'a');

    const { entities } = bus.inspect();
    expect([entities['events/Subscriptions/one']?.active, entities['events/Subscriptions/two']?.active]).toEqual([
      1, 1,
    ]);
  });
});

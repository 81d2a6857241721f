import { aClient, aClock, aConfig, bodies, errorsOf, startBus, take, takeNothing, takeOne, until } from './support.ts';

const LOCK_MS = 30_000;
const config = aConfig({ orders: { LockDuration: 'PT30S' } });

describe('the lock of a message', () => {
  test('lasts as long as the queue says (12)', async () => {
    const clock = aClock();
    const { client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages({ body: 'one' });

    const message = await takeOne(client.createReceiver('orders'));

    expect(message.lockedUntilUtc).toEqual(new Date(clock.now().getTime() + LOCK_MS));
  });

  test('expires, the message comes again and the old token is dead for everything (13)', async () => {
    const clock = aClock();
    const { client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const stale = await takeOne(receiver);
    await receiver.close();
    const other = client.createReceiver('orders');

    clock.advance(LOCK_MS - 1);
    expect(await takeNothing(other)).toEqual([]);
    clock.advance(1);
    const again = await takeOne(other);

    expect(again).toMatchObject({ body: 'one', deliveryCount: 1 });
    const lost = { code: 'MessageLockLost' };
    await expect(other.completeMessage(stale)).rejects.toMatchObject(lost);
    await expect(other.abandonMessage(stale)).rejects.toMatchObject(lost);
    await expect(other.deadLetterMessage(stale)).rejects.toMatchObject(lost);
    await expect(other.renewMessageLock(stale)).rejects.toMatchObject(lost);
    await other.completeMessage(again);
  });

  test('is renewed from now on, with the same token (14)', async () => {
    const clock = aClock();
    const { client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const message = await takeOne(receiver);

    clock.advance(LOCK_MS - 1000);
    const until = await receiver.renewMessageLock(message);
    clock.advance(LOCK_MS - 1000);

    expect(until).toEqual(new Date(clock.now().getTime() + 1000));
    await receiver.completeMessage(message);
  });

  test('is renewed by the SDK while a handler works (14)', async () => {
    const { bus, client } = await startBus({ config: aConfig({ orders: { LockDuration: 'PT1S' } }) });
    await client.createSender('orders').sendMessages({ body: 'slow' });
    const { errors, processError } = errorsOf();
    const counts: unknown[] = [];
    const receiver = client.createReceiver('orders', { maxAutoLockRenewalDurationInMs: 10_000 });

    receiver.subscribe({
      processError,
      processMessage: async ({ deliveryCount }) => {
        counts.push(deliveryCount);
        await new Promise((resolve) => setTimeout(resolve, 1500));
      },
    });
    await until(() => bus.inspect().totals.settlements === 1);

    expect({ counts, errors }).toEqual({ counts: [0], errors: [] });
  });

  test('keeps the message from everybody else (15)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'one' });

    await takeOne(client.createReceiver('orders'));

    expect(await takeNothing(client.createReceiver('orders'))).toEqual([]);
  });

  test('stays when the receiver is closed (16)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    await takeOne(receiver);

    await receiver.close();

    const other = client.createReceiver('orders');
    expect(await takeNothing(other)).toEqual([]);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 1 });
    clock.advance(LOCK_MS);
    expect((await takeOne(other)).deliveryCount).toBe(1);
  });

  test('stays when the connection is lost, until it expires (17)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages([{ body: 'one' }, { body: 'two' }]);
    const receiver = aClient(bus.connectionString).createReceiver('orders');
    await take(receiver, 1);

    bus.faults.add({ on: 'settle', do: 'cut' });
    const message = await takeOne(receiver);
    await expect(receiver.completeMessage(message)).rejects.toThrow();

    const other = client.createReceiver('orders');
    expect(await takeNothing(other)).toEqual([]);
    clock.advance(LOCK_MS);
    expect(bodies(await take(other, 2))).toEqual(['one', 'two']);
  });

  test('is renewed for 200 messages at once (18)', async () => {
    const clock = aClock();
    const { client } = await startBus({ config, clock });
    await client.createSender('orders').sendMessages(Array.from({ length: 200 }, (_, index) => ({ body: index })));
    const receiver = client.createReceiver('orders');
    const messages = await take(receiver, 200);
    clock.advance(10_000);

    const ends = await Promise.all(messages.map((message) => receiver.renewMessageLock(message)));

    const expected = new Date(clock.now().getTime() + LOCK_MS);
    expect(ends.every((end) => end.getTime() === expected.getTime())).toBe(true);
  });

  test('of many, each expires at its own moment when the clock is moved over all of them (60)', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    const receiver = client.createReceiver('orders');
    for (const body of ['one', 'two', 'three']) {
      await client.createSender('orders').sendMessages({ body });
      await takeOne(receiver);
      clock.advance(5000);
    }

    clock.advance(LOCK_MS - 10_000);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 2, locked: 1 });
    clock.advance(5000);

    expect(bodies(await take(receiver, 3))).toEqual(['one', 'two', 'three']);
  });
});

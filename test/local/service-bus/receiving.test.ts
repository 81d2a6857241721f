import {
  aClient,
  aConfig,
  bodies,
  closeLater,
  errorsOf,
  startBus,
  take,
  takeNothing,
  takeOne,
  until,
} from './support.ts';
import { startServiceBus } from '../../../local/service-bus/service-bus.ts';

const config = aConfig({ orders: { MaxDeliveryCount: 2 } });
const numbered = (count: number): { body: number }[] => Array.from({ length: count }, (_, body) => ({ body }));

describe('receiving', () => {
  test('gives what is there when more was asked for (22)', async () => {
    const { client } = await startBus({ config });
    await client.createSender('orders').sendMessages(numbered(3));

    const messages = await client.createReceiver('orders').receiveMessages(10, { maxWaitTimeInMs: 200 });

    expect(bodies(messages)).toEqual([0, 1, 2]);
  });

  test('from an empty queue ends when its time is over, soon after a short one (22)', async () => {
    const { client } = await startBus({ config });
    const receiver = client.createReceiver('orders');
    await takeNothing(receiver);

    const times: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const start = performance.now();
      expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 5 })).toEqual([]);
      times.push(performance.now() - start);
    }

    // With a delayed acknowledgement each would take 40 ms, without an answer to the drain 200 ms.
    expect(Math.min(...times)).toBeLessThan(30);
  });

  test('waits for a message that comes later (22)', async () => {
    const { bus, client } = await startBus({ config });
    const receiver = client.createReceiver('orders');
    const waiting = receiver.receiveMessages(1, { maxWaitTimeInMs: 3000 });
    await until(() => bus.inspect().entities.orders?.consumers === 1);

    await client.createSender('orders').sendMessages({ body: 'late' });

    expect(bodies(await waiting)).toEqual(['late']);
  });

  test('loses nothing and closes no link when deliveries cross drains (22)', async () => {
    const { bus, client } = await startBus({ config });
    const sender = client.createSender('orders');
    const receiver = client.createReceiver('orders');
    const seen: unknown[] = [];
    const sending = (async () => {
      for (let body = 0; body < 60; body += 1) {
        await sender.sendMessages({ body });
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();

    while (seen.length < 60) {
      const messages = await receiver.receiveMessages(2, { maxWaitTimeInMs: 4 });
      for (const message of messages) await receiver.completeMessage(message);
      seen.push(...bodies(messages));
    }
    await sending;

    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 0 });
  });

  test('with receive-and-delete takes the message away at once (23)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages(numbered(3));

    const messages = await take(client.createReceiver('orders', { receiveMode: 'receiveAndDelete' }), 2);

    expect(bodies(messages)).toEqual([0, 1]);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 1, locked: 0 });
  });

  test('keeps the order of sending for one consumer (24)', async () => {
    const { client } = await startBus({ config });
    const sender = client.createSender('orders');
    await sender.sendMessages(numbered(20));
    for (let body = 20; body < 40; body += 1) await sender.sendMessages({ body });

    expect(bodies(await take(client.createReceiver('orders'), 40))).toEqual(numbered(40).map(({ body }) => body));
  });

  test('gives two waiting consumers fair shares (25)', async () => {
    const { bus, client } = await startBus({ config });
    const shares = [0, 0];
    const { processError } = errorsOf();
    [0, 1].forEach((consumer) => {
      client.createReceiver('orders').subscribe(
        {
          processError,
          processMessage: () => {
            shares[consumer]! += 1;
            return Promise.resolve();
          },
        },
        { maxConcurrentCalls: 10 },
      );
    });
    await until(() => bus.inspect().entities.orders?.consumers === 2);

    const sender = client.createSender('orders');
    for (let sent = 0; sent < 100; sent += 10) await sender.sendMessages(numbered(10));
    await until(() => bus.inspect().totals.settlements === 100);

    expect(Math.min(...shares)).toBeGreaterThanOrEqual(30);
    expect(shares[0]! + shares[1]!).toBe(100);
  });

  test('by subscription works on as many messages at once as were asked for, and not more (26)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages(numbered(40));
    let [now, most] = [0, 0];

    client.createReceiver('orders').subscribe(
      {
        ...errorsOf(),
        processMessage: async () => {
          now += 1;
          most = Math.max(most, now);
          await new Promise((resolve) => setTimeout(resolve, 10));
          now -= 1;
        },
      },
      { maxConcurrentCalls: 5 },
    );
    await until(() => bus.inspect().totals.settlements === 40);

    expect(most).toBe(5);
  });

  test('with a handler that throws ends in the dead-letter queue (27)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages({ body: 'poison' });
    const { errors, processError } = errorsOf();

    client.createReceiver('orders').subscribe({
      processError,
      processMessage: () => Promise.reject(new Error('no')),
    });
    await until(() => bus.inspect().entities.orders?.deadLettered === 1);

    expect(errors.map(String)).toEqual(['Error: no', 'Error: no']);
  });

  test('stops when the subscription is closed, loses nothing, and goes on with a new one (28)', async () => {
    const { bus, client } = await startBus({ config });
    await client.createSender('orders').sendMessages(numbered(50));
    const seen: unknown[] = [];
    const { processError } = errorsOf();
    const processMessage = ({ body }: { body: unknown }): Promise<void> => {
      seen.push(body);
      return Promise.resolve();
    };
    const receiver = client.createReceiver('orders');

    const subscription = receiver.subscribe({ processMessage, processError });
    await until(() => seen.length >= 10);
    await subscription.close();
    await until(() => bus.inspect().entities.orders?.locked === 0);
    const seenAtClose = seen.length;
    expect(bus.inspect().entities.orders?.active).toBe(50 - seenAtClose);
    receiver.subscribe({ processMessage, processError });
    await until(() => seen.length >= 50);

    expect(seen).toEqual(numbered(50).map(({ body }) => body));
  });
});

describe('a streaming receiver comes back', () => {
  test.each(['cut', 'detach'] as const)('after a %s (29)', async (fault) => {
    const { bus } = await startBus({ config });
    const client = aClient(bus.connectionString, 3);
    const seen: unknown[] = [];
    client.createReceiver('orders').subscribe({
      ...errorsOf(),
      processMessage: ({ body }) => {
        seen.push(body);
        return Promise.resolve();
      },
    });
    const sender = aClient(bus.connectionString).createSender('orders');
    await until(() => bus.inspect().entities.orders?.consumers === 1);
    const handle = bus.faults.add({ on: 'deliver', do: fault });

    await sender.sendMessages(numbered(3));
    await until(() => seen.length === 3);

    expect(handle.hits).toBe(1);
    expect(seen).toEqual([0, 1, 2]);
  });

  test('after the broker was restarted on the same port (29)', async () => {
    const { bus } = await startBus({ config });
    const client = aClient(bus.connectionString, 5);
    const seen: unknown[] = [];
    client.createReceiver('orders').subscribe({
      ...errorsOf(),
      processMessage: ({ body }) => {
        seen.push(body);
        return Promise.resolve();
      },
    });
    await until(() => bus.inspect().entities.orders?.consumers === 1);

    await bus.stop();
    const again = await startServiceBus({ config, port: bus.port });
    closeLater(() => again.stop());
    await until(() => again.inspect().entities.orders?.consumers === 1);
    await aClient(again.connectionString).createSender('orders').sendMessages({ body: 'after' });
    await until(() => seen.length === 1);

    expect(seen).toEqual(['after']);
  });

  test('a message that waited for its receiver comes first to the next (29)', async () => {
    const { bus, client } = await startBus({ config });
    const receiver = client.createReceiver('orders');
    await client.createSender('orders').sendMessages([{ body: 'first' }, { body: 'second' }]);
    bus.faults.add({ on: 'deliver', do: 'detach' });

    await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 }).catch(() => []);

    expect((await takeOne(client.createReceiver('orders'))).body).toBe('first');
  });
});

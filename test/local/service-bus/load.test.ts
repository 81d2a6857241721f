import { aClient, aConfig, errorsOf, startBus, take, until } from './support.ts';

const config = aConfig({ orders: { LockDuration: 'PT5M' } });
const batchFrom = (first: number, count: number): { body: number }[] =>
  Array.from({ length: count }, (_, index) => ({ body: first + index }));

// On a busy machine the SDK alone needs seconds for this.
jest.setTimeout(30_000);

describe('many messages', () => {
  test('10,000 go through one link (55)', async () => {
    const { bus, client } = await startBus({ config });
    const sender = client.createSender('orders');
    const receiver = client.createReceiver('orders');
    for (let first = 0; first < 10_000; first += 1000) await sender.sendMessages(batchFrom(first, 1000));

    let received = 0;
    while (received < 10_000) {
      const messages = await receiver.receiveMessages(1000, { maxWaitTimeInMs: 2000 });
      await Promise.all(messages.map((message) => receiver.completeMessage(message)));
      received += messages.length;
    }

    expect(bus.inspect()).toMatchObject({
      totals: { sends: 10_000, deliveries: 10_000, settlements: 10_000 },
      entities: { orders: { active: 0, locked: 0 } },
    });
  });

  test('2047 are held by one receiver (55)', async () => {
    const { bus, client } = await startBus({ config });
    const sender = client.createSender('orders');
    for (let first = 0; first < 3000; first += 1000) await sender.sendMessages(batchFrom(first, 1000));

    const messages = await take(client.createReceiver('orders'), 2047);

    expect(new Set(messages.map(({ lockToken }) => lockToken)).size).toBe(2047);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 953, locked: 2047 });
  });

  test('2,000 are shared by 8 consumers without loss or repetition (55)', async () => {
    const { bus, client } = await startBus({ config });
    const seen: number[] = [];
    for (let consumer = 0; consumer < 8; consumer += 1) {
      aClient(bus.connectionString)
        .createReceiver('orders')
        .subscribe(
          {
            ...errorsOf(),
            processMessage: ({ body }) => {
              seen.push(body as number);
              return Promise.resolve();
            },
          },
          { maxConcurrentCalls: 10 },
        );
    }

    const sender = client.createSender('orders');
    for (let first = 0; first < 2000; first += 200) await sender.sendMessages(batchFrom(first, 200));
    await until(() => bus.inspect().totals.settlements === 2000);

    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  });
});

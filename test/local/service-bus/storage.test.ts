import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startServiceBus } from '../../../local/service-bus/service-bus.ts';
import { aClock, aConfig, bodies, sequence, startBus, take, takeNothing, takeOne } from './support.ts';
import { startProcess } from './broker-process.ts';

// Processes take their time to start on a busy machine.
jest.setTimeout(20_000);

const aDirectory = (): string => mkdtempSync(join(tmpdir(), 'service-bus-'));
const config = aConfig(
  { orders: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT10M' } },
  { events: { subscriptions: { audit: {} } } },
);

describe('with storage, a broker that was stopped (61)', () => {
  test('goes on with messages in every state, their counts, properties and numbers', async () => {
    const clock = aClock();
    const storage = aDirectory();
    const before = await startBus({ config, storage, clock });
    const sender = before.client.createSender('orders');
    const names = ['completed', 'dead', 'abandoned', 'locked', 'active'];
    await sender.sendMessages(
      names.map((body) => ({ body, messageId: body, applicationProperties: { big: 2 ** 40 } })),
    );
    await sender.scheduleMessages({ body: 'scheduled' }, new Date(clock.now().getTime() + 10_000));
    await before.client.createSender('events').sendMessages({ body: 'event', timeToLive: 20_000 });
    const receiver = before.client.createReceiver('orders');
    const [completed, dead, abandoned] = await take(receiver, 4);
    await receiver.completeMessage(completed!);
    await receiver.deadLetterMessage(dead!, { deadLetterReason: 'bad', deadLetterErrorDescription: 'very' });
    await receiver.abandonMessage(abandoned!, { changed: true });
    await before.client.close();
    await before.bus.stop();

    const after = await startBus({ config, storage, clock });

    expect(after.bus.inspect().entities).toMatchObject({
      orders: { active: 3, locked: 0, scheduled: 1, deadLettered: 1 },
      'events/Subscriptions/audit': { active: 1 },
    });
    const again = after.client.createReceiver('orders');
    expect(await take(again, 3)).toMatchObject([
      { body: 'abandoned', deliveryCount: 1, applicationProperties: { big: 2 ** 40, changed: true } },
      { body: 'locked', deliveryCount: 0, sequenceNumber: sequence(4) },
      { body: 'active', deliveryCount: 0, messageId: 'active' },
    ]);
    const deadLetters = after.client.createReceiver('orders', { subQueueType: 'deadLetter' });
    expect(await takeOne(deadLetters)).toMatchObject({ body: 'dead', deadLetterReason: 'bad' });
    await after.client
      .createSender('orders')
      .sendMessages([{ body: 'repeat', messageId: 'completed' }, { body: 'new' }]);
    clock.advance(10_000);
    expect(await take(again, 2)).toMatchObject([
      { body: 'new', sequenceNumber: sequence(7) },
      { body: 'scheduled', sequenceNumber: sequence(8) },
    ]);
    clock.advance(10_000);
    expect(await takeNothing(after.client.createReceiver('events', 'audit'))).toEqual([]);
  });

  test('never gives a sequence number twice, also when nothing is left', async () => {
    const storage = aDirectory();
    for (let run = 0; run < 3; run += 1) {
      const { bus, client } = await startBus({ config, storage });
      await client.createSender('orders').sendMessages({ body: run });
      const receiver = client.createReceiver('orders', { receiveMode: 'receiveAndDelete' });

      expect(await takeOne(receiver)).toMatchObject({ body: run, sequenceNumber: sequence(run + 1) });

      await client.close();
      await bus.stop();
    }
  });

  test('drops what is of entities that are not configured any more, and says so', async () => {
    const storage = aDirectory();
    const { bus, client } = await startBus({ config, storage });
    await client.createSender('events').sendMessages([{ body: 1 }, { body: 2 }]);
    await client.createSender('orders').sendMessages({ body: 3 });
    await client.close();
    await bus.stop();
    const lines: string[] = [];

    const fewer = await startBus({ config: aConfig({ ORDERS: {} }), storage, log: (line) => lines.push(line) });

    expect(lines).toEqual([
      'events/Subscriptions/audit is not configured any more: 2 stored messages dropped',
      'events is not configured any more: 0 stored messages dropped',
    ]);
    expect(fewer.bus.inspect().entities).toEqual({ ORDERS: expect.objectContaining({ active: 1 }) as unknown });
  });
});

describe('the file of a broker (61)', () => {
  test('is refused to a second one', async () => {
    const storage = aDirectory();
    await startBus({ config, storage });

    await expect(startServiceBus({ config, storage })).rejects.toThrow('service-bus.db is in use by another broker');
  });

  test('is refused when another version wrote it', async () => {
    const storage = aDirectory();
    const database = new DatabaseSync(join(storage, 'service-bus.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();

    await expect(startServiceBus({ config, storage })).rejects.toThrow('was written by another version');
  });

  test('is free again when the port was taken', async () => {
    const storage = aDirectory();
    const { bus } = await startBus({ config });
    await expect(startServiceBus({ config, storage, port: bus.port })).rejects.toThrow(`port ${bus.port} is taken`);

    await startBus({ config, storage });
  });

  test('has everything that was answered when the process was killed', async () => {
    const storage = aDirectory();
    const first = await startProcess({ config, storage });
    const sender = first.client.createSender('orders');
    const receiver = first.client.createReceiver('orders');
    let answered = 0;
    const sending = (async () => {
      for (; ; answered += 1) await sender.sendMessages({ body: answered, messageId: `m-${answered}` });
    })().catch(() => undefined);
    const completed = new Set<unknown>();
    while (completed.size < 20) {
      const message = await takeOne(receiver);
      await receiver.completeMessage(message);
      completed.add(message.body);
    }
    await first.kill('SIGKILL');
    await first.client.close();
    await sending;

    const second = await startProcess({ config, storage });
    const left = new Set<unknown>();
    const rest = second.client.createReceiver('orders', { receiveMode: 'receiveAndDelete' });
    for (let more = await rest.receiveMessages(500, { maxWaitTimeInMs: 300 }); more.length > 0;) {
      bodies(more).forEach((body) => left.add(body));
      more = await rest.receiveMessages(500, { maxWaitTimeInMs: 300 });
    }

    const sent = Array.from({ length: answered }, (_, body) => body);
    expect(sent.filter((body) => !left.has(body) && !completed.has(body))).toEqual([]);
    expect([...left].filter((body) => completed.has(body))).toEqual([]);
  });
});

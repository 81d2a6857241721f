import { Faults, type Fault } from '../../../local/service-bus/faults.ts';
import { aClient, aClock, aConfig, bodies, errorsOf, startBus, take, takeOne, until } from './support.ts';

const config = aConfig({ orders: {}, others: {} });

describe('a fault (59)', () => {
  test('server-busy refuses a send, which the SDK tries again', async () => {
    const { bus } = await startBus({ config, faults: [{ on: 'send', entity: 'ORDERS', times: 2, do: 'server-busy' }] });

    await aClient(bus.connectionString, 3).createSender('orders').sendMessages({ body: 'one' });

    expect(bus.inspect().totals.sends).toBe(1);
  });

  test.each<[string, Fault['do'], string]>([
    ['quota', 'quota', 'QuotaExceeded'],
    ['server-busy', 'server-busy', 'ServiceBusy'],
    ['of ours', { kind: 'reject', condition: 'com.microsoft:message-lock-lost', description: 'x' }, 'MessageLockLost'],
  ])('reject %s shows as that error, on sends, settlements, requests and links', async (_name, what, code) => {
    const { bus, client } = await startBus({ config });
    const sender = client.createSender('orders');
    const receiver = client.createReceiver('orders');
    await sender.sendMessages({ body: 'one' });
    const message = await takeOne(receiver);
    for (const on of ['send', 'settle', 'management', 'attach'] as const) bus.faults.add({ on, do: what });

    const link = client.createSender('others');
    await expect(link.sendMessages({ body: 'new' })).rejects.toMatchObject({ code });
    await expect(sender.sendMessages({ body: 'two' })).rejects.toMatchObject({ code });
    await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code });
    await expect(receiver.completeMessage(message)).rejects.toMatchObject({ code });

    expect(bus.inspect().entities).toMatchObject({ orders: { active: 0, locked: 1 }, others: { active: 0 } });
  });

  test('cut before a send stores nothing; the SDK sends again', async () => {
    const { bus } = await startBus({ config });
    const sender = aClient(bus.connectionString, 3, 500).createSender('orders');
    await sender.sendMessages({ body: 'warm' });
    const handle = bus.faults.add({ on: 'send', do: 'cut' });

    await sender.sendMessages({ body: 'one' });

    expect(handle.hits).toBe(1);
    expect(bus.inspect().entities.orders?.active).toBe(2);
  });

  test('cut after a send stores it unanswered, so that it comes twice', async () => {
    const { bus, client } = await startBus({ config });
    const sender = aClient(bus.connectionString, 3, 500).createSender('orders');
    await sender.sendMessages({ body: 'warm' });
    bus.faults.add({ on: 'send', do: { kind: 'cut', when: 'after' } });

    await sender.sendMessages({ body: 'one' });

    expect(bodies(await take(client.createReceiver('orders'), 3))).toEqual(['warm', 'one', 'one']);
  });

  test('lose-lock on delivery has the message come again and its settlement lost', async () => {
    const { bus, client } = await startBus({ config, faults: [{ on: 'deliver', do: 'lose-lock' }] });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const lost = await takeOne(receiver);
    await until(() => bus.inspect().entities.orders?.locked === 0);

    await expect(receiver.completeMessage(lost)).rejects.toMatchObject({ code: 'MessageLockLost' });

    expect(await takeOne(receiver)).toMatchObject({ body: 'one', deliveryCount: 1 });
  });

  test('duplicate answers a completion and delivers the message again', async () => {
    const { client } = await startBus({ config, faults: [{ on: 'settle', do: 'duplicate' }] });
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');

    await receiver.completeMessage(await takeOne(receiver));
    const again = await takeOne(receiver);
    await receiver.completeMessage(again);

    expect(again).toMatchObject({ body: 'one', deliveryCount: 0 });
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  test.each([true, false])('drop-settlement never answers; the settlement was applied: %s', async (applied) => {
    const { bus } = await startBus({ config });
    const client = aClient(bus.connectionString, 0, 1000);
    await client.createSender('orders').sendMessages({ body: 'one' });
    const receiver = client.createReceiver('orders');
    const message = await takeOne(receiver);
    bus.faults.add({ on: 'settle', do: { kind: 'drop-settlement', applied } });

    await expect(receiver.completeMessage(message)).rejects.toMatchObject({ code: 'ServiceTimeout' });

    expect(bus.inspect().entities.orders?.locked).toBe(applied ? 0 : 1);
  });

  test('delay holds a delivery, and those behind it keep their order', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    const seen: unknown[] = [];
    bus.faults.add({ on: 'deliver', do: { kind: 'delay', ms: 5000 } });
    await client.createSender('orders').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);

    const receiver = client.createReceiver('orders', { maxAutoLockRenewalDurationInMs: 0 });
    receiver.subscribe(
      {
        ...errorsOf(),
        processMessage: ({ body }) => {
          seen.push(body);
          return Promise.resolve();
        },
      },
      { maxConcurrentCalls: 3 },
    );
    await until(() => bus.inspect().totals.deliveries >= 1);
    clock.advance(4999);
    expect(seen).toEqual([]);
    clock.advance(1);
    await until(() => seen.length === 3);

    expect(seen).toEqual([1, 2, 3]);
  });

  test('delay holds the answer to a send, which is stored already', async () => {
    const clock = aClock();
    const { bus, client } = await startBus({ config, clock });
    bus.faults.add({ on: 'send', do: { kind: 'delay', ms: 100_000 } });
    let answered = false;

    const sending = client.createSender('orders').sendMessages({ body: 1 });
    void sending.then(() => (answered = true));
    await until(() => bus.inspect().entities.orders?.active === 1);
    expect(answered).toBe(false);
    clock.advance(100_000);

    await sending;
  });

  test('on connect turns a client away', async () => {
    const { bus } = await startBus({ config });
    const handle = bus.faults.add({ on: 'connect', do: 'cut' });

    const sender = aClient(bus.connectionString).createSender('orders');
    await expect(sender.sendMessages({ body: 'one' })).rejects.toThrow('Failed to connect');
    await sender.sendMessages({ body: 'two' });

    expect(handle.hits).toBe(1);
    expect(bus.inspect().totals.sends).toBe(1);
  });
});

describe('the list of faults (59)', () => {
  const aMessage = { system: new Map(), user: new Map([['bad', true]]) };

  test('is counted and limited: it skips, happens, and is over', () => {
    const faults = new Faults();
    const handle = faults.add({ on: 'send', after: 2, times: 3, do: 'quota' });

    const happened = Array.from({ length: 8 }, () => faults.take('send', 'q') !== undefined);

    expect(happened).toEqual([false, false, true, true, true, false, false, false]);
    expect(handle.hits).toBe(3);
  });

  test('asks for the point, the entity without case, and the message', () => {
    const faults = new Faults([{ on: 'send', entity: 'Q', match: ({ user }) => user.has('bad'), do: 'quota' }]);

    expect(faults.take('settle', 'q', () => [aMessage])).toBeUndefined();
    expect(faults.take('send', 'other', () => [aMessage])).toBeUndefined();
    expect(faults.take('send', 'q', () => [{ system: new Map(), user: new Map() }])).toBeUndefined();
    expect(faults.take('send', 'q', () => [aMessage])).toMatchObject({ kind: 'reject' });
  });

  test('takes the first that matches, in the order of adding, and forgets what is removed or cleared', () => {
    const faults = new Faults();
    const first = faults.add({ on: 'send', times: 9, do: 'cut' });
    const second = faults.add({ on: 'send', times: 9, do: 'quota' });

    expect(faults.take('send', 'q')).toEqual({ kind: 'cut' });
    first.remove();
    expect(faults.take('send', 'q')).toMatchObject({ kind: 'reject' });
    faults.clear();
    expect(faults.take('send', 'q')).toBeUndefined();
    expect([first.hits, second.hits]).toEqual([1, 1]);
  });

  test('refuses what cannot happen at a point', () => {
    expect(() => new Faults([{ on: 'connect', do: 'duplicate' }])).toThrow(
      'the fault duplicate cannot happen on connect',
    );
  });
});

import { ServiceBusClient } from '@azure/service-bus';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Wire } from '../../../local/service-bus/in-process/wire.ts';
import {
  startServiceBus,
  type LocalServiceBus,
  type ServiceBusOptions,
} from '../../../local/service-bus/service-bus.ts';
import { aClock, aConfig, bodies, closeLater, take } from './support.ts';

const config = aConfig(
  { orders: { LockDuration: 'PT30S', MaxDeliveryCount: 2 } },
  { news: { subscriptions: { all: {} } } },
);

const aBus = async (options: Partial<ServiceBusOptions> = {}) => {
  const clock = aClock();
  const bus = await startServiceBus({ config, clock, port: false, ...options });
  closeLater(() => bus.stop());
  return { bus, clock };
};

const aClientOn = ({ webSocket }: Wire, bus: LocalServiceBus, maxRetries = 0): ServiceBusClient => {
  const client = new ServiceBusClient(bus.connectionString, {
    webSocketOptions: { webSocket },
    retryOptions: { maxRetries, timeoutInMs: 1000, retryDelayInMs: 10 },
  });
  closeLater(() => client.close());
  return client;
};

/** Everything that follows without waiting for a moment has happened: the machine has come to its next turn. */
const atRest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a client without a socket', () => {
  it('sends, receives and settles', async () => {
    const { bus } = await aBus();
    const client = aClientOn(bus.wire(), bus);
    await client.createSender('orders').sendMessages([{ body: { n: 1 } }, { body: { n: 2 } }]);

    const receiver = client.createReceiver('orders');
    const messages = await take(receiver, 2);
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));

    expect(bodies(messages)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 0, locked: 0 });
  });

  it('is done with a sending in one turn of the machine: nothing waits for a moment', async () => {
    const { bus } = await aBus();
    const sender = aClientOn(bus.wire(), bus).createSender('orders');
    await sender.sendMessages({ body: 'connects' });
    let sent = false;

    void sender.sendMessages({ body: 'second' }).then(() => (sent = true));
    await atRest();

    expect(sent).toBe(true);
  });

  it('connects again after the network was cut', async () => {
    const { bus } = await aBus();
    const wire = bus.wire();
    const sender = aClientOn(wire, bus, 1).createSender('orders');
    await sender.sendMessages({ body: 1 });

    wire.cut();
    await atRest();
    const connections = bus.inspect().connections;
    await sender.sendMessages({ body: 2 });

    expect(connections).toBe(0);
    expect(bus.inspect().entities.orders).toMatchObject({ active: 2 });
  });

  it('leaves what it had locked when it was cut to the end of the lock', async () => {
    const { bus, clock } = await aBus();
    const wire = bus.wire();
    const client = aClientOn(wire, bus);
    await client.createSender('orders').sendMessages({ body: 1 });
    await take(client.createReceiver('orders'), 1);

    wire.cut();
    await atRest();

    expect(bus.inspect().entities.orders).toMatchObject({ locked: 1, active: 0, consumers: 0 });
    clock.advance(30_000);
    expect(bus.inspect().entities.orders).toMatchObject({ locked: 0, active: 1 });
  });

  it.each(['cut', 'die'] as const)(
    'hears of it when the network breaks, and of nothing when its own process has ended: %s',
    async (how) => {
      const { bus } = await aBus();
      const wire = bus.wire();
      const heard: string[] = [];
      const open = (name: string): void => {
        const socket = new wire.webSocket('wss://127.0.0.1/');
        socket.onopen = () => heard.push(`${name} opened`);
        socket.onclose = () => heard.push(`${name} closed`);
        socket.onerror = ({ message }) => heard.push(`${name}: ${message}`);
      };
      open('first');
      await atRest();

      wire[how]();
      open('second');
      await atRest();

      expect(heard).toEqual(how === 'cut' ? ['first opened', 'first closed', 'second opened'] : ['first opened']);
      expect(bus.inspect().connections).toBe(how === 'cut' ? 1 : 0);
    },
  );

  it('can be cut while it connects', async () => {
    const { bus } = await aBus();
    const wire = bus.wire();
    const heard: string[] = [];
    const socket = new wire.webSocket('wss://127.0.0.1/');
    socket.onopen = () => heard.push('opened');
    socket.onclose = () => heard.push('closed');

    wire.cut();
    await atRest();

    expect(heard).toEqual(['closed']);
    expect(bus.inspect().connections).toBe(0);
  });

  it('is refused when the broker has stopped, and can say so', async () => {
    const { bus } = await aBus();
    const sender = aClientOn(bus.wire(), bus).createSender('orders');
    await bus.stop();

    await expect(sender.sendMessages({ body: 1 })).rejects.toThrow('ECONNREFUSED');
  });

  it('does not lend its own context to the broker', async () => {
    const contexts = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const machine = aClock();
    const clock = {
      now: () => machine.now(),
      after: (ms: number, fn: () => void) => {
        seen.push(contexts.getStore());
        return machine.after(ms, fn);
      },
    };
    const newId = () => {
      seen.push(contexts.getStore());
      return randomUUID();
    };
    const { bus } = await aBus({ clock, newId });

    await contexts.run('client', async () => {
      const client = aClientOn(bus.wire(), bus);
      await client
        .createSender('orders')
        .sendMessages({ body: 1, scheduledEnqueueTimeUtc: new Date(Date.now() + 1e6) });
      await client.createSender('orders').sendMessages({ body: 2 });
      bus.receiver('orders').receiveNow(1);
      expect(contexts.getStore()).toBe('client');
    });

    // Two ids of messages, a moment to wait for, the same for a lock; its token is made for whoever takes the message.
    expect(seen).toEqual([undefined, undefined, undefined, 'client', undefined]);
  });
});

describe('a receiver without a connection', () => {
  const filled = async (count: number) => {
    const { bus, clock } = await aBus();
    const client = aClientOn(bus.wire(), bus);
    const messages = Array.from({ length: count }, (_, n) => ({
      body: { n },
      messageId: `m${n}`,
      contentType: 'application/json',
      applicationProperties: { parity: n % 2 },
    }));
    await client.createSender('orders').sendMessages(messages);
    await client.createSender('news').sendMessages(messages);
    return { bus, clock, client };
  };
  const state = (bus: LocalServiceBus) => bus.inspect().entities.orders;

  it.each(['orders', 'news/Subscriptions/all'])('takes a batch of up to 64 from %s', async (path) => {
    const { bus } = await filled(70);
    const receiver = bus.receiver(path);

    const batch = receiver.receiveNow(64);
    const rest = await receiver.receive(64);

    expect([batch.length, rest.length]).toEqual([64, 6]);
    expect(batch[1]).toMatchObject({
      body: Buffer.from('{"n":1}'),
      messageId: 'm1',
      contentType: 'application/json',
      applicationProperties: { parity: 1 },
      deliveryCount: 0,
    });
  });

  it('completes, abandons, and finds what was abandoned too often in the dead-letter queue', async () => {
    const { bus } = await filled(2);
    const receiver = bus.receiver('orders');
    const [first, second] = receiver.receiveNow(64);

    receiver.complete(first!.lockToken);
    receiver.abandon(second!.lockToken);
    const [again] = receiver.receiveNow(64);
    receiver.abandon(again!.lockToken);

    expect(again).toMatchObject({ messageId: 'm1', deliveryCount: 1 });
    expect(state(bus)).toMatchObject({ active: 0, locked: 0, deadLettered: 1 });
    const [dead] = bus.receiver('orders/$DeadLetterQueue').receiveNow(1);
    expect(dead!.applicationProperties).toMatchObject({ DeadLetterReason: 'MaxDeliveryCountExceeded' });
  });

  it('loses a lock by the clock, unless it is renewed', async () => {
    const { bus, clock } = await filled(2);
    const receiver = bus.receiver('orders');
    const [kept, lost] = receiver.receiveNow(2);
    clock.advance(20_000);

    const until = receiver.renew(kept!.lockToken);
    clock.advance(20_000);

    expect(until.getTime() - kept!.lockedUntil.getTime()).toBe(20_000);
    expect(() => receiver.complete(lost!.lockToken)).toThrow('The lock supplied is invalid.');
    receiver.complete(kept!.lockToken);
    expect(state(bus)).toMatchObject({ active: 1, locked: 0 });
  });

  it('dead-letters with a reason', async () => {
    const { bus } = await filled(1);
    const receiver = bus.receiver('orders');

    receiver.deadLetter(receiver.receiveNow(1)[0]!.lockToken, 'broken', 'no JSON');

    const [dead] = bus.receiver('orders/$DeadLetterQueue').receiveNow(1);
    expect(dead!.applicationProperties).toMatchObject({
      DeadLetterReason: 'broken',
      DeadLetterErrorDescription: 'no JSON',
    });
  });

  it('waits for what is sent later, and gives up when it is closed', async () => {
    const { bus, client } = await filled(0);
    const receiver = bus.receiver('orders');
    const waiting = receiver.receive(64);
    await client.createSender('orders').sendMessages([{ body: 1 }, { body: 2 }]);
    const batch = await waiting;

    const nothing = receiver.receive(64);
    receiver.close();

    expect(batch).toHaveLength(2);
    expect(await nothing).toEqual([]);
    expect(state(bus)).toMatchObject({ locked: 2, consumers: 0 });
  });

  it.each(['nowhere', 'news'])('is refused for %s, which nothing can be received from', async (path) => {
    const { bus } = await aBus();

    expect(() => bus.receiver(path)).toThrow(`${path}' could not be found`);
  });
});

it('gives the ids that it is told to', async () => {
  let ids = 0;
  const newId = () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const { bus } = await aBus({ newId });
  await aClientOn(bus.wire(), bus).createSender('orders').sendMessages({ body: 1 });

  const [message] = bus.receiver('orders').receiveNow(1);

  expect(message).toMatchObject({
    messageId: '00000000000040008000000000000001',
    lockToken: '00000000-0000-4000-8000-000000000002',
  });
});

import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { whyRefused } from '../../../local/service-bus/broker/access.ts';
import { aClient, aConfig, startBus, takeOne, until } from './support.ts';

const config = aConfig({ 'Orders/In': {} }, { events: { subscriptions: { audit: {} } } });
const keys = { sender: 'a key with = and +' };

const token = (key: string, name: string, secondsFromNow: number): string => {
  const resource = encodeURIComponent('sb://127.0.0.1/orders');
  const expiry = Math.floor(Date.now() / 1000) + secondsFromNow;
  const signature = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${name}`;
};

describe('access keys', () => {
  test('of the connection string let in, others do not (51)', async () => {
    const { bus, client } = await startBus({ config, accessKeys: keys });
    await client.createSender('orders/in').sendMessages({ body: 'mine' });
    const wrongKey = bus.connectionString.replace('SharedAccessKey=a', 'SharedAccessKey=b');
    const wrongName = bus.connectionString.replace('Name=sender', 'Name=nobody');

    for (const connectionString of [wrongKey, wrongName]) {
      const sending = aClient(connectionString).createSender('orders/in').sendMessages({ body: 'theirs' });
      await expect(sending).rejects.toMatchObject({ code: 'UnauthorizedAccess' });
    }

    expect(bus.inspect().entities['Orders/In']?.active).toBe(1);
  });

  test.each([
    ['is good', token(keys.sender, 'sender', 60), 'sas', undefined],
    ['has a wrong signature', token('other', 'sender', 60), 'sas', 'The signature is invalid.'],
    ['has an unknown key name', token(keys.sender, 'nobody', 60), 'sas', 'The key name is not known.'],
    ['has expired', token(keys.sender, 'sender', -1), 'sas', 'The token has expired.'],
    ['has an escape that is none', token(keys.sender, '%zz', 60), 'sas', 'The token could not be read.'],
    ['is none', 'nonsense', 'sas', 'The key name is not known.'],
    ['is that of an identity', 'anything', 'jwt', undefined],
  ])('judge a token that %s (51)', (_case, text, type, reason) => {
    expect(whyRefused(text, type, keys)).toBe(reason);
  });
});

describe('an entity that is not there', () => {
  const missing = { code: 'MessagingEntityNotFound', retryable: false };

  test('is told to senders, receivers and management alike (52)', async () => {
    const { client } = await startBus({ config });

    await expect(client.createSender('none').sendMessages({ body: 1 })).rejects.toMatchObject(missing);
    await expect(client.createReceiver('none').receiveMessages(1)).rejects.toMatchObject(missing);
    await expect(client.createReceiver('events', 'none').receiveMessages(1)).rejects.toMatchObject(missing);
    await expect(client.createReceiver('none').peekMessages(1)).rejects.toMatchObject(missing);
    await expect(client.createSender('none').scheduleMessages({ body: 1 }, new Date())).rejects.toMatchObject(missing);
    const deadLetters = client.createReceiver('none', { subQueueType: 'deadLetter' });
    await expect(deadLetters.receiveMessages(1)).rejects.toMatchObject(missing);
  });

  test('does not close the connection for the others (52)', async () => {
    const { bus, client } = await startBus({ config });
    await expect(client.createSender('none').sendMessages({ body: 1 })).rejects.toMatchObject(missing);

    await client.createSender('orders/in').sendMessages({ body: 1 });

    expect(bus.inspect()).toMatchObject({ connections: 1, totals: { sends: 1 } });
  });

  test('is not mixed up with what is there but used wrongly', async () => {
    const { client } = await startBus({ config });

    await expect(client.createReceiver('events').receiveMessages(1)).rejects.toThrow('has subscriptions');
    await expect(client.createSender('events/Subscriptions/audit').sendMessages({ body: 1 })).rejects.toThrow(
      'Messages cannot be sent to',
    );
    await expect(client.acceptSession('orders/in', 'x')).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    await expect(client.acceptNextSession('orders/in')).rejects.toThrow('session');
  });
});

test('names have slashes, and their case does not matter (53)', async () => {
  const { client } = await startBus({ config });
  await client.createSender('orders/IN').sendMessages({ body: 'one' });

  const receiver = client.createReceiver('ORDERS/in');

  expect(await receiver.peekMessages(1)).toMatchObject([{ body: 'one' }]);
  await receiver.deadLetterMessage(await takeOne(receiver));
  expect((await takeOne(client.createReceiver('Orders/in', { subQueueType: 'deadLetter' }))).body).toBe('one');
});

test('20 clients send and receive at the same time (54)', async () => {
  const { bus } = await startBus({ config });
  const clients = Array.from({ length: 20 }, () => aClient(bus.connectionString));

  await Promise.all(
    clients.map(async (client, body) => {
      await client.createSender('orders/in').sendMessages({ body });
      const receiver = client.createReceiver('orders/in');
      await receiver.completeMessage(await takeOne(receiver));
    }),
  );

  expect(bus.inspect()).toMatchObject({
    connections: 20,
    totals: { sends: 20, settlements: 20 },
    entities: { 'Orders/In': { active: 0, locked: 0 } },
  });
});

const header = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0]);

test.each([
  ['no AMQP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a frame without end', Buffer.concat([header, Buffer.from([0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0])])],
  ['nonsense in a frame', Buffer.concat([header, Buffer.from([0, 0, 0, 9, 2, 0, 0, 0, 0x3f])])],
])('a client that sends %s is hung up on, and the others notice nothing', async (_what, bytes) => {
  const { bus, client } = await startBus({ config });
  await client.createSender('orders/in').sendMessages({ body: 'before' });
  let closed = false;

  const socket = connect(bus.port, '127.0.0.1', () => socket.write(bytes));
  socket.on('close', () => (closed = true)).on('error', () => undefined);
  socket.resume();
  await until(() => closed);

  await client.createSender('orders/in').sendMessages({ body: 'after' });
  expect(bus.inspect()).toMatchObject({ connections: 1, totals: { sends: 2 } });
});

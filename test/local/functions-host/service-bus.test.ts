import { ServiceBusClient } from '@azure/service-bus';
import type { ServiceBusMessage } from '@azure/service-bus';
import { startHostProcess } from '../../../local/functions-host/host-process.ts';
import type { HostProcess } from '../../../local/functions-host/host-process.ts';
import { startServiceBus } from '../../../local/service-bus/service-bus.ts';
import type { LocalServiceBus } from '../../../local/service-bus/service-bus.ts';
import { appPath, eventually, LogBook } from './support.ts';

jest.setTimeout(60_000);

const queues = [
  'plain', 'off', 'poison', 'left', 'slow', 'gated', 'mixed', 'batch', 'texts', 'thrown', 'relay', 'relay-nowhere', 'results',
]; // prettier-ignore
const config = {
  UserConfig: {
    Namespaces: [
      { Name: 'local', Queues: queues.map((Name) => ({ Name, Properties: { MaxDeliveryCount: 3 } })), Topics: [] },
    ],
  },
};
const hostJson = {
  extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
  extensions: { serviceBus: { maxConcurrentCalls: 2 } },
};

const log = new LogBook();
let bus: LocalServiceBus;
let host: HostProcess;
let client: ServiceBusClient;

beforeAll(async () => {
  bus = await startServiceBus({ config });
  client = new ServiceBusClient(bus.connectionString);
  host = await startHostProcess({
    appEntry: appPath('messages.cjs'),
    settings: { Bus: bus.connectionString, 'AzureWebJobs.off.Disabled': 'true' },
    hostJson,
    logger: log.logger,
  });
});
afterAll(async () => {
  await host.stop();
  await client.close();
  await bus.stop();
});

interface Call {
  name: string;
  body: unknown;
  metadata: Record<string, unknown>;
}

const send = async (queue: string, ...messages: ServiceBusMessage[]): Promise<void> => {
  const sender = client.createSender(queue);
  await sender.sendMessages(messages);
  await sender.close();
};
const bytes = (text: string): ServiceBusMessage => ({ body: Buffer.from(text) });

const seen = async (): Promise<{ calls: Call[]; most: number }> =>
  (await (await fetch(`${host.url}/api/seen`)).json()) as { calls: Call[]; most: number };
const calls = async (name: string, count: number): Promise<Call[]> =>
  eventually(`${count} calls of ${name}`, async () => {
    const found = (await seen()).calls.filter((call) => call.name === name);
    return found.length >= count ? found : undefined;
  });

const state = (queue: string) => bus.inspect().entities[queue]!;
/** Nothing waits and nothing is locked: all has been settled. */
const settled = (queue: string): Promise<true> =>
  eventually(`an empty ${queue}`, () => (state(queue).active + state(queue).locked === 0 ? true : undefined));

describe('a function with one message a call', () => {
  it('49: gets JSON parsed, and other bodies as text', async () => {
    await send('plain', bytes('{"a":1}'), bytes('plain'), bytes('42'), bytes('"x"'), bytes(''), bytes('0123'));

    const bodies = (await calls('plain', 6)).map(({ body }) => body);
    expect(new Set(bodies)).toEqual(new Set([{ a: 1 }, 'plain', 42, 'x', '', '0123']));
  });

  it('50, 51: sees metadata that the body can forge, and application properties in camelCase', async () => {
    await send('plain', {
      body: { messageId: 'forged', deliveryCount: 99 },
      messageId: 'real',
      applicationProperties: { TenantId: 't', nested: 1 },
    });

    const forged = (await calls('plain', 7)).find(({ metadata }) => metadata.messageId === 'forged');
    expect(forged?.metadata).toMatchObject({
      deliveryCount: 99,
      applicationProperties: { tenantId: 't', nested: 1 },
      userProperties: { tenantId: 't' },
    });
    await settled('plain');
  });

  it('52, 57: completes when it succeeds; throws 1, 2, 3 times, then the message is dead-lettered', async () => {
    await send('poison', { body: 'x' });

    await eventually('a dead letter', () => (state('poison').deadLettered === 1 ? true : undefined));
    const found = await calls('poison', 3);
    expect(found.map(({ metadata }) => metadata.deliveryCount)).toEqual([1, 2, 3]);
    expect(state('plain')).toMatchObject({ active: 0, locked: 0, deadLettered: 0 });
    const warnings = log.of('poison').filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      'Its retry policy is ignored: messages are retried by their queue.',
    ]);
  });

  it('53: leaves its message alone when it does not complete automatically', async () => {
    await send('left', { body: 'x' });
    await calls('left', 1);
    await host.idle();

    expect(state('left')).toMatchObject({ active: 0, locked: 1 });
  });

  it('7: is not started when it is disabled', async () => {
    await send('off', { body: 'x' });
    await send('plain', { body: 'later' });
    await eventually('the later message', async () =>
      (await seen()).calls.some(({ body }) => body === 'later') ? true : undefined,
    );

    expect(state('off')).toMatchObject({ active: 1, locked: 0, consumers: 0 });
  });

  it('54: never runs more than maxConcurrentCalls times at once', async () => {
    await send('slow', ...Array.from({ length: 12 }, (_, body) => ({ body })));

    await calls('slow', 12);
    expect((await seen()).most).toBe(2);
  });

  it('settles neighbours with different outcomes as each deserves', async () => {
    const messages = Array.from({ length: 20 }, (_, index) => ({ body: { index, fail: index % 2 === 0 } }));
    await send('mixed', ...messages);

    await settled('mixed');
    const found = await calls('mixed', 30);
    const deliveries = (fail: boolean) =>
      found
        .filter(({ body }) => (body as { fail: boolean }).fail === fail)
        .map(({ metadata }) => metadata.deliveryCount);
    expect(deliveries(false)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(deliveries(true).sort()).toEqual([
      ...Array.from({ length: 10 }, () => 1),
      ...Array.from({ length: 10 }, () => 2),
    ]);
    expect(state('mixed').deadLettered).toBe(0);
  });
});

describe('a function with batches', () => {
  it('gets what is there in one call, and completes all of it', async () => {
    await send('batch', { body: 1 }, { body: 2 }, { body: { a: 3 } });

    await settled('batch');
    const found = await calls('batch', 1);
    expect(found.flatMap(({ body }) => body)).toEqual([1, 2, { a: 3 }]);
    expect(found[0]?.metadata).toMatchObject({ deliveryCountArray: [1, 1, 1] });
  });

  it('55: is not called when one body is no JSON: all come again until they are dead-lettered', async () => {
    const before = (await calls('batch', 1)).length;
    await send('batch', bytes('1'), bytes('no json'), bytes('2'));

    await eventually('three dead letters', () => (state('batch').deadLettered === 3 ? true : undefined));
    expect((await calls('batch', before)).length).toBe(before);
  });

  it('55: takes any body with dataType string', async () => {
    await send('texts', bytes('1'), bytes('no json'), bytes('{"a":2}'));

    await settled('texts');
    expect((await calls('texts', 1)).flatMap(({ body }) => body)).toEqual([1, 'no json', { a: 2 }]);
    expect(state('texts').deadLettered).toBe(0);
  });

  it('56: gives back the whole batch when it throws', async () => {
    await send('thrown', { body: 1 }, { body: 2 }, { body: 3 });

    await settled('thrown');
    const found = await calls('thrown', 2);
    expect(found[0]?.metadata.deliveryCountArray).toEqual([1, 1, 1]);
    expect(found.slice(1).flatMap(({ metadata }) => metadata.deliveryCountArray)).toEqual([2, 2, 2]);
  });
});

describe('59: an output', () => {
  const received = async (count: number): Promise<string[]> => {
    const receiver = client.createReceiver('results', { receiveMode: 'receiveAndDelete', skipParsingBodyAsJson: true });
    const found: string[] = [];
    while (found.length < count) {
      const messages = await receiver.receiveMessages(count - found.length, { maxWaitTimeInMs: 5000 });
      if (messages.length === 0) break;
      found.push(...messages.map(({ body, contentType }) => `${contentType ?? ''} ${(body as Buffer).toString()}`));
    }
    await receiver.close();
    return found;
  };

  it.each([
    [
      [1, { a: 1 }],
      ['text/plain 1', 'text/plain {\n  "a": 1\n}'],
    ],
    [{ a: 1 }, ['text/plain {\n  "a": 1\n}']],
    ['text', ['text/plain text']],
  ])('%j is sent before the message is completed', async (value, expected) => {
    await send('relay', { body: { value } });

    expect(await received(expected.length)).toEqual(expected);
    await settled('relay');
  });

  it('of nothing sends nothing', async () => {
    await send('relay', { body: { value: null } });
    await settled('relay');
    expect(state('results').active).toBe(0);
  });

  it('that cannot be sent gives the trigger message back', async () => {
    await send('relay-nowhere', { body: 'x' });

    await eventually('a dead letter', () => (state('relay-nowhere').deadLettered === 1 ? true : undefined));
    expect((await calls('relay-nowhere', 3)).map(({ metadata }) => metadata.deliveryCount)).toEqual([1, 2, 3]);
  });
});

describe('the host', () => {
  it('runs a function with messages of the caller', async () => {
    const before = (await calls('plain', 1)).length;
    const result = await host.invoke('plain', [{ body: 'by hand', messageId: 'm', deliveryCount: 7 }]);

    expect(result).toMatchObject({ ok: true, outputs: [] });
    expect((await calls('plain', before + 1)).at(-1)).toMatchObject({
      body: 'by hand',
      metadata: { messageId: 'm', deliveryCount: 7 },
    });
    await expect(host.invoke('plain', [])).rejects.toThrow('takes exactly one message');
  });

  // The last one: it leaves the queues empty.
  it('58: logs that its broker is away, and receives again when it is back', async () => {
    const { port } = bus;
    log.records.length = 0;
    await client.close();
    await bus.stop();
    await eventually('an error', () => log.of('plain').find(({ level }) => level === 'error'));

    bus = await startServiceBus({ config, port });
    client = new ServiceBusClient(bus.connectionString);
    await send('plain', { body: 'back again' });
    await send('texts', { body: 'back again' });

    await eventually('both messages', async () => {
      const found = (await seen()).calls.filter(({ body }) => JSON.stringify(body).includes('back again'));
      return found.length === 2 ? true : undefined;
    });
    await settled('plain');
    await settled('texts');
    const errors = log.of('plain').filter(({ level }) => level === 'error');
    expect(errors[0]?.message).toMatch(/^The queue plain has trouble \(\w+\); the host goes on trying\.$/);
    expect(new Set(errors.map(({ error }) => error?.message)).size).toBe(errors.length);
  });
});

import { ServiceBusClient } from '@azure/service-bus';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serviceBusConfig } from '../../local/cloud.ts';
import { startServiceBus, type LocalServiceBus } from '../../local/service-bus/service-bus.ts';

import { ServiceBusParkedMessages } from '../../shared/adapters/service-bus/service-bus-parked-messages.ts';
import { connectServiceBus } from '../../shared/adapters/service-bus/service-bus-connection.ts';
import type { UnusableMessage } from '../../shared/contracts/unusable-message.ts';
import { drop, replay } from '../../scripts/messages/set-aside.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../../scripts/messages.ts');

let broker: LocalServiceBus;
let client: ServiceBusClient;

beforeAll(async () => {
  broker = await startServiceBus({ config: serviceBusConfig([]) });
  client = new ServiceBusClient(broker.connectionString);
});

afterAll(async () => {
  await client.close();
  await broker.stop();
});

const messages = async (...args: string[]): Promise<string> => {
  const { stdout } = await run(process.execPath, [script, ...args], {
    env: { ...process.env, ServiceBusConnection: broker.connectionString },
  });
  return stdout;
};

const park = async (from: UnusableMessage['from'], text: string, reason: string): Promise<void> => {
  const connection = connectServiceBus({ kind: 'connection-string', connectionString: broker.connectionString });
  await new ServiceBusParkedMessages(connection).park({ from, text, reason });
  await connection.close();
};

const activeIn = (entity: string): number | undefined => broker.inspect().entities[entity]?.active;

describe('npm run messages', () => {
  it('lists what was parked and dead-lettered, replays it as it first came, and drops the rest', async () => {
    for (const text of ['{"n":1}', '{"n":2}', 'not JSON']) await park('liveness-results', text, 'unknown-session');
    await park('sweeps', '{"sweep":"nobody"}', 'message.sweep: Invalid option');
    await client.createSender('sweeps').sendMessages({ body: { sweep: 'unheard-of' } });
    const sweeps = client.createReceiver('sweeps');
    const [nudge] = await sweeps.receiveMessages(1);
    await sweeps.deadLetterMessage(nudge!, {
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: '',
    });

    const listed = await messages('list');
    const replayed = await replay(client, [2]);
    const dropped = await drop(client, [1, 2]);
    const refused = await replay(client, 'all');
    const rest = await drop(client, [1]);

    expect(listed).toMatch(/1 {2}.*parked-messages {2}from liveness-results: unknown-session\n {4}\{"n":1\}/);
    expect(listed).toMatch(/4 {2}.*parked-messages {2}from sweeps: message.sweep: Invalid option\n/);
    expect(listed).toMatch(/5 {2}.*dead letters of sweeps {2}MaxDeliveryCountExceeded\n {4}\{"sweep":"unheard-of"\}/);
    expect(listed).toContain('5 messages');
    expect(replayed).toEqual({ done: 1, refused: [] });
    expect(dropped).toEqual({ done: 2, refused: [] });
    expect(refused).toMatchObject({ done: 0, refused: [{ number: 1 }, { number: 2 }] });
    expect(rest).toEqual({ done: 1, refused: [] });
    expect(activeIn('parked-messages')).toBe(0);
    const [again] = await client.createReceiver('liveness-results').receiveMessages(1, { maxWaitTimeInMs: 1000 });
    expect(again?.body).toEqual({ n: 2 });
  }, 60_000);

  it('shows and replays each as it came: what is no JSON, and numbers that JavaScript does not have', async () => {
    await drop(client, 'all');
    await park('liveness-results', '{"n":1', 'not JSON');
    await park('liveness-results', '{"n":12345678901234567890}', 'unknown-session');
    const results = client.createReceiver('liveness-results');
    for (const left of await results.receiveMessages(10, { maxWaitTimeInMs: 300 })) await results.completeMessage(left);
    await client.createSender('liveness-results').sendMessages({ body: Buffer.from('{"n":2') });
    const [dead] = await results.receiveMessages(1);
    await results.deadLetterMessage(dead!, {
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'It was delivered ten times.',
    });

    const listed = await messages('list');
    const replayed = await replay(client, 'all');

    expect(listed).toMatch(/parked-messages {2}from liveness-results: not JSON\n {4}\{"n":1\n/);
    expect(listed).toContain('    {"n":12345678901234567890}\n');
    expect(listed).toMatch(/dead letters of liveness-results {2}MaxDeliveryCountExceeded\n {4}\{"n":2/);
    expect(replayed).toEqual({ done: 3, refused: [] });
    await results.close();
    const asTheyCame = client.createReceiver('liveness-results', { skipParsingBodyAsJson: true });
    const again = await asTheyCame.receiveMessages(3, { maxWaitTimeInMs: 1000 });
    expect(again.map(({ body }) => String(body)).sort()).toEqual(['{"n":1', '{"n":12345678901234567890}', '{"n":2']);
    await asTheyCame.close();
  }, 60_000);

  it('says how to use it, and what it needs', async () => {
    await expect(messages('replay')).rejects.toMatchObject({ stderr: expect.stringContaining('Usage:') as string });
    const without = run(process.execPath, [script, 'list'], { env: { PATH: process.env.PATH } });
    await expect(without).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Set ServiceBus') as string,
    });
  }, 30_000);
});

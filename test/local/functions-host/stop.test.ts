import { ServiceBusClient } from '@azure/service-bus';
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { startHostProcess } from '../../../local/functions-host/host-process.ts';
import { startServiceBus } from '../../../local/service-bus/service-bus.ts';
import { appPath, ask, eventually, LogBook } from './support.ts';

jest.setTimeout(60_000);

const run = promisify(execFile);
const settings = { YEARLY: '0 0 0 1 1 *' };
const queues = [
  'plain',
  'off',
  'poison',
  'left',
  'slow',
  'gated',
  'mixed',
  'batch',
  'texts',
  'thrown',
  'relay',
  'relay-nowhere',
];
const startBus = () =>
  startServiceBus({
    config: { UserConfig: { Namespaces: [{ Name: 'local', Queues: queues.map((Name) => ({ Name })), Topics: [] }] } },
  });

/** Refused, or answered that nothing is served any more. */
const isRefused = async (url: string): Promise<boolean> =>
  ask(url, '/api/nothing').then(
    ({ status }) => status === 503,
    () => true,
  );

describe('a stop', () => {
  it('60: lets a running request end and refuses a new one', async () => {
    const log = new LogBook();
    const host = await startHostProcess({ appEntry: appPath('http.cjs'), settings, logger: log.logger });
    const running = ask(host.url, '/api/gated');
    await eventually('the request to arrive', () => log.saying('waiting at the gate').length > 0 || undefined);

    const stopped = host.stop();
    await eventually('a refusal', async () => ((await isRefused(host.url)) ? true : undefined));
    await host.invoke('open');

    expect((await running).body.toString()).toBe('at last');
    await stopped;
    expect(host.child.exitCode).toBe(0);
  });

  it('61: completes the running messages; the others stay in the queue, none lost', async () => {
    const bus = await startBus();
    const client = new ServiceBusClient(bus.connectionString);
    const hostJson = {
      extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
      extensions: { serviceBus: { maxConcurrentCalls: 3 } },
    };
    const host = await startHostProcess({
      appEntry: appPath('messages.cjs'),
      settings: { Bus: bus.connectionString },
      hostJson,
      logger: new LogBook().logger,
    });
    await client.createSender('gated').sendMessages(Array.from({ length: 10 }, (_, body) => ({ body })));
    await eventually('three running', () => (bus.inspect().entities.gated?.locked === 3 ? true : undefined));

    const stopped = host.stop();
    await eventually('a refusal', async () => ((await isRefused(host.url)) ? true : undefined));
    await host.invoke('open');
    await stopped;

    expect(bus.inspect().entities.gated).toMatchObject({ active: 7, locked: 0, deadLettered: 0 });
    const waiting = await client.createReceiver('gated').peekMessages(10);
    expect(waiting.map(({ body }) => body as number)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(waiting.every(({ deliveryCount }) => deliveryCount! <= 1)).toBe(true);
    await client.close();
    await bus.stop();
  });

  it('62: ends when its grace is over, and says what was left', async () => {
    const log = new LogBook();
    const host = await startHostProcess({ appEntry: appPath('http.cjs'), settings, logger: log.logger });
    const cutOff = ask(host.url, '/api/gated').catch(() => 'cut off');
    await eventually('the request to arrive', () => log.saying('waiting at the gate').length > 0 || undefined);

    await host.stop(50);

    expect(await cutOff).toBe('cut off');
    expect(log.saying('Stopped with work left')[0]?.message).toMatch(/gated/);
  });

  it('63: runs the terminate hooks last, once, however often it is asked for', async () => {
    const log = new LogBook();
    const host = await startHostProcess({ appEntry: appPath('hooks.cjs'), logger: log.logger, timers: 'manual' });

    await Promise.all([host.stop(), host.stop()]);
    await host.stop();

    expect(log.records.map(({ message }) => message)).toEqual(['terminated']);
  });

  it('64, 10: leaves nothing open in its process, which can have one host only', async () => {
    const bus = await startBus();
    const args = [appPath('in-process.ts'), appPath('messages.cjs'), JSON.stringify({ Bus: bus.connectionString })];

    const { stdout } = await run(process.execPath, args, { timeout: 50_000 });

    expect(JSON.parse(stdout)).toEqual({
      status: 200,
      second: 'This process has a host already: one app a process.',
    });
    await bus.stop();
  });
});

it('a host process ends by itself when its parent is killed', async () => {
  const parent = spawn(process.execPath, [appPath('parent.ts'), appPath('esm.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) =>
    parent.stdout.once('data', (data: Buffer) => resolve(String(data).trim())),
  );
  expect((await ask(url, '/api/modern')).status).toBe(200);

  parent.kill('SIGKILL');

  await eventually('the end of the host', () =>
    ask(url, '/api/modern').then(
      () => undefined,
      () => true,
    ),
  );
});

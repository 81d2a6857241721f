import { advanceSharedClock } from '../../../local/clock.ts';
import { startServiceBus } from '../../../local/service-bus/service-bus.ts';
import { configFile, run, startProcess } from './broker-process.ts';
import { aClient, aConfig, errorsOf, startBus, takeOne, until } from './support.ts';

// Processes take their time to start on a busy machine.
jest.setTimeout(20_000);

const config = aConfig({ orders: {} });

describe('the command (57)', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line when it is ready, and ends cleanly on %s',
    async (signal) => {
      const broker = await startProcess({ config });
      await broker.client.createSender('orders').sendMessages({ body: 'one' });
      expect((await takeOne(broker.client.createReceiver('orders'))).body).toBe('one');

      const start = performance.now();
      const ended = await broker.kill(signal);

      expect(performance.now() - start).toBeLessThan(2000);
      expect(ended.code).toBe(0);
      expect(
        ended.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual([
        {
          ready: true,
          connectionString:
            `Endpoint=sb://127.0.0.1:${broker.port};SharedAccessKeyName=RootManageSharedAccessKey;` +
            'SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
        },
      ]);
    },
  );

  test('ends with one sentence when the port is taken', async () => {
    const { bus } = await startBus({ config });

    const ended = await run(['--port', String(bus.port), '--config', configFile(config)]).ended;

    expect(ended).toEqual({ code: 1, stdout: '', stderr: `port ${bus.port} is taken\n` });
  });

  test.each([
    [
      'a configuration that is wrong',
      ['--config', configFile(aConfig({ orders: { LockDuration: 'soon' } }))],
      'UserConfig.Namespaces[0].Queues[0].Properties.LockDuration: soon is no duration such as PT1M\n',
    ],
    ['no configuration', [], '--config FILE is missing\n'],
    ['a port that is none', ['--port', '99999', '--config', 'x'], '--port 99999 is no port\n'],
  ])('ends with one sentence for %s', async (_what, args, stderr) => {
    expect(await run(args).ended).toEqual({ code: 1, stdout: '', stderr });
  });
});

test('the command follows the clock of the process that started it', async () => {
  const broker = await startProcess({ config });
  const tenMinutes = 600_000;
  await broker.client.createSender('orders').scheduleMessages({ body: 'later' }, new Date(Date.now() + tenMinutes));

  await advanceSharedClock(tenMinutes, [broker.process]);

  expect((await takeOne(broker.client.createReceiver('orders'))).body).toBe('later');
});

test('the command ends when nobody is left who would stop it', async () => {
  const broker = await startProcess({ config });

  broker.process.disconnect();

  expect((await broker.ended).code).toBe(0);
});

describe('stopping (58)', () => {
  test('hangs up on clients, is quick, and can be asked for twice', async () => {
    const { bus, client } = await startBus({ config });
    client.createReceiver('orders').subscribe({ ...errorsOf(), processMessage: () => Promise.resolve() });
    await client.createSender('orders').sendMessages({ body: 'one' });

    const start = performance.now();
    await Promise.all([bus.stop(), bus.stop()]);
    await bus.stop();

    // A peer that does not hang up in turn is waited for 100 ms; the rest is for a busy machine.
    expect(performance.now() - start).toBeLessThan(3000);
    expect(bus.inspect().connections).toBe(0);
  });

  test('leaves nothing behind that keeps the process alive', async () => {
    const handles = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = handles();
    const bus = await startServiceBus({ config });
    expect(handles()).toBe(before + 1);

    await bus.stop();

    await until(() => handles() === before);
  });

  test('frees the port at once', async () => {
    const { bus } = await startBus({ config });
    await bus.stop();

    const again = await startBus({ config, port: bus.port });

    await aClient(again.bus.connectionString).createSender('orders').sendMessages({ body: 'one' });
    expect(again.bus.inspect().totals.sends).toBe(1);
  });
});

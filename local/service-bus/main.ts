// The broker as a process: one line on stdout when it accepts connections, everything else on stderr.

import { parseArgs } from 'node:util';
import { followParentClock } from '../clock.ts';
import { startServiceBus, type LocalServiceBus, type ServiceBusOptions } from './service-bus.ts';

const say = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

const readArguments = (): ServiceBusOptions => {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, config: { type: 'string' }, storage: { type: 'string' } },
  });
  const port = Number(values.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port ?? ''} is no port`);
  if (values.config === undefined) throw new Error('--config FILE is missing');
  return {
    port,
    config: values.config,
    ...(values.storage === undefined ? {} : { storage: values.storage }),
    log: say,
  };
};

const stopOnSignal = (bus: LocalServiceBus): void => {
  const stop = (): void => {
    void bus.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop); // nobody is left who would stop it
};

try {
  if (process.send !== undefined) followParentClock();
  const bus = await startServiceBus(readArguments());
  stopOnSignal(bus);
  process.stdout.write(`${JSON.stringify({ ready: true, connectionString: bus.connectionString })}\n`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

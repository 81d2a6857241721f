// Measures the broker, in a process of its own, with the SDK: node local/service-bus/bench.ts [--storage DIR]

import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = 3;
const QUEUES = 200;
const BATCH = 100;
/** Messages that a closed receiver still holds are not there for the next run. */
const SPARE = 200;
const body = { text: 'x'.repeat(1000) };

const sql = (color: string): object => ({
  Name: color,
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: `color IN ('${color}', 'any') AND size > 3` } },
});
const config = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'bench',
        Queues: Array.from({ length: QUEUES }, (_, index) => ({ Name: `queue-${index}` })),
        Topics: [
          {
            Name: 'topic',
            Subscriptions: Array.from({ length: 10 }, (_, index) => ({
              Name: `subscription-${index}`,
              Rules: index < 5 ? [sql('any')] : [],
            })),
          },
        ],
      },
    ],
  },
};

const startBroker = async (): Promise<{ broker: ChildProcess; connectionString: string }> => {
  const file = join(mkdtempSync(join(tmpdir(), 'service-bus-bench-')), 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--config', file, ...process.argv.slice(2)];
  const broker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(broker.stdout, 'data')) as [Buffer];
  return { broker, connectionString: (JSON.parse(line.toString()) as { connectionString: string }).connectionString };
};

const memoryMb = ({ pid }: ChildProcess): number => {
  const pages = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
  return Math.round(Number(pages) / 1024);
};

const say = (what: string, result: string): void => console.log(`${what.padEnd(46)} ${result}`);

/** Processor time that the broker has used so far: ticks of 10 ms. */
const brokerCpuMs = (): number => {
  const fields = readFileSync(`/proc/${broker.pid ?? 0}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
};

/** The best of some runs, in messages a second, and the broker's processor time, which busy neighbours change less. */
const measure = async (what: string, count: number, run: () => Promise<void>): Promise<void> => {
  const rates: number[] = [];
  const cpuBefore = brokerCpuMs();
  for (let each = 0; each < RUNS; each += 1) {
    const start = performance.now();
    await run();
    rates.push(Math.round((count * 1000) / (performance.now() - start)));
  }
  const cpu = ((brokerCpuMs() - cpuBefore) * 1000) / (count * RUNS);
  say(what, `${String(Math.max(...rates)).padStart(6)} msg/s   ${cpu.toFixed(0)} µs of the broker each`);
};

const sendBatches = async (client: ServiceBusClient, entity: string, count: number): Promise<void> => {
  const sender = client.createSender(entity);
  const messages: ServiceBusMessage[] = Array.from({ length: BATCH }, () => ({
    body,
    applicationProperties: { color: 'any', size: 5 },
  }));
  for (let sent = 0; sent < count; sent += BATCH) await sender.sendMessages(messages);
  await sender.close();
};

const subscribe = (client: ServiceBusClient, queue: string, concurrency: number, count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let seen = 0;
    const receiver = client.createReceiver(queue);
    receiver.subscribe(
      {
        processMessage: () => {
          seen += 1;
          if (seen === count) setImmediate(() => void receiver.close().then(resolve, reject));
          return Promise.resolve();
        },
        processError: ({ error }) => {
          reject(error);
          return Promise.resolve();
        },
      },
      { maxConcurrentCalls: concurrency },
    );
  });

const { broker, connectionString } = await startBroker();
const client = new ServiceBusClient(connectionString);
say('memory at start', `${memoryMb(broker)} MB`);

const sender = client.createSender('queue-0');
await measure('send one by one', 2000, async () => {
  for (let index = 0; index < 2000; index += 1) await sender.sendMessages({ body });
});
await measure('send, 100 in flight', 10_000, async () => {
  for (let index = 0; index < 100; index += 1) {
    await Promise.all(Array.from({ length: 100 }, () => sender.sendMessages({ body })));
  }
});
await measure('send in batches of 100', 20_000, () => sendBatches(client, 'queue-1', 20_000));

for (const concurrency of [1, 16, 100]) {
  const count = concurrency === 1 ? 1000 : 10_000;
  const queue = `queue-${10 + concurrency}`;
  await sendBatches(client, queue, (count + SPARE) * RUNS);
  await measure(`subscribe, concurrency ${concurrency}`, count, () => subscribe(client, queue, concurrency, count));
}

await sendBatches(client, 'queue-3', 5000 * RUNS);
const receiver = client.createReceiver('queue-3');
await measure('receive 100, complete them in parallel', 5000, async () => {
  for (let done = 0; done < 5000;) {
    const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 1000 });
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));
    done += messages.length;
  }
});

const empty = client.createReceiver('queue-4');
await empty.receiveMessages(1, { maxWaitTimeInMs: 5 });
const start = performance.now();
for (let index = 0; index < 20; index += 1) await empty.receiveMessages(1, { maxWaitTimeInMs: 5 });
say('empty receive that waits 5 ms', `${((performance.now() - start) / 20).toFixed(1)} ms`);

await measure('topic, 10 subscriptions (5 SQL), batches', 5000, () => sendBatches(client, 'topic', 5000));
await sendBatches(client, 'queue-5', 100_000 - 30_000 - 60_000);
say('memory with about 100,000 and 150,000 copies', `${memoryMb(broker)} MB`);

await client.close();
broker.kill('SIGTERM');
await once(broker, 'exit');

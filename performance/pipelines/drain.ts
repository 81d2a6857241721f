// Fills the queue, lets one pipeline empty it the way the Functions host does, and tells what that took.

import { ServiceBusClient } from '@azure/service-bus';
import { setTimeout as delay } from 'node:timers/promises';
import { Activity } from '../../local/functions-host/activity.ts';
import type { HostedFunction, ServiceBusTrigger } from '../../local/functions-host/functions.ts';
import { readHostConfig } from '../../local/functions-host/host-json.ts';
import type { Invoke } from '../../local/functions-host/invoke.ts';
import { receiverOptions, startListener } from '../../local/functions-host/service-bus/listener.ts';
import { encodeResult } from '../../shared/contracts/result-message.ts';
import hostJson from '../../host.json' with { type: 'json' };
import { type Charges, chargesBetween } from '../cloud/charges.ts';
import type { CloudProcess } from '../cloud/cloud-process.ts';
import type { Pipeline } from './pipeline.ts';
import type { Workload } from './workload.ts';

export interface Drained extends Charges {
  results: number;
  sessions: number;
  seconds: number;
  /** Of this process, which does nothing else meanwhile. */
  cpuSeconds: number;
  /** Calls of the function that failed; their messages came again. */
  failedCalls: number;
}

export interface DrainOptions {
  cloud: CloudProcess;
  client: ServiceBusClient;
  pipeline: Pipeline;
  workload: Workload;
  /** What each request to the database takes longer. */
  latencyMs: number;
  /** A message that has failed too often comes no more: after this time nobody waits for it. */
  patienceMs?: number;
}

const QUEUE = 'liveness-results';
const LOOK_AGAIN_MS = 1;
const PATIENCE_MS = 120_000;

export const drain = async ({
  cloud,
  client,
  pipeline,
  workload,
  latencyMs,
  patienceMs = PATIENCE_MS,
}: DrainOptions): Promise<Drained> => {
  await pipeline.prepare(workload);
  await fillQueue(client, workload);
  await cloud.setLatency(latencyMs);
  const before = await cloud.containers();
  const { failedCalls, seconds, cpuSeconds } = await emptyQueue(client, pipeline, workload.events.length, patienceMs);
  const charges = chargesBetween(before, await cloud.containers());
  await cloud.setLatency(0);

  const recorded = await pipeline.countRecorded(workload);
  if (recorded !== workload.events.length) {
    throw new Error(`${pipeline.name}: ${recorded} of ${workload.events.length} results were recorded`);
  }
  const sessions = workload.people.flat().length;
  return { results: recorded, sessions, seconds, cpuSeconds, failedCalls, ...charges };
};

const fillQueue = async (client: ServiceBusClient, { events }: Workload): Promise<void> => {
  const sender = client.createSender(QUEUE);
  let batch = await sender.createMessageBatch();
  for (const event of events) {
    const message = { body: encodeResult(event), contentType: 'application/json' };
    if (batch.tryAddMessage(message)) continue;
    await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    batch.tryAddMessage(message);
  }
  await sender.sendMessages(batch);
  await sender.close();
};

/** With the host's own listener, and what host.json says. */
const emptyQueue = async (
  client: ServiceBusClient,
  pipeline: Pipeline,
  messages: number,
  patienceMs: number,
): Promise<Pick<Drained, 'failedCalls' | 'seconds' | 'cpuSeconds'>> => {
  const config = { ...readHostConfig(hostJson).serviceBus, maxConcurrentCalls: pipeline.concurrency };
  const fn = functionFor(pipeline);
  const activity = new Activity();
  let handled = 0;
  let failedCalls = 0;
  const invoke: Invoke = async (_, input) => {
    const bodies = bodiesIn(input.data);
    try {
      await pipeline.handle(bodies);
      handled += bodies.length;
      return { ok: true, invocationId: '', response: { invocationId: '' }, outputs: [] };
    } catch (error) {
      failedCalls += 1;
      return { ok: false, invocationId: '', error };
    }
  };

  const receiver = client.createReceiver(QUEUE, receiverOptions(fn, config));
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const logger = ({ message }: { message: string }): void => console.error(message);
  const listener = startListener({ fn, receiver, config, invoke, activity, logger });
  try {
    while (handled < messages) {
      if (performance.now() - startedMs > patienceMs) {
        throw new Error(
          `${pipeline.name}: ${handled} of ${messages} messages were handled, ${failedCalls} calls failed`,
        );
      }
      await delay(LOOK_AGAIN_MS);
    }
    // Handled is not settled.
    await activity.idle();
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { failedCalls, seconds, cpuSeconds: (user + system) / 1e6 };
  } finally {
    await listener.stopReceiving();
    await receiver.close();
  }
};

const functionFor = ({ name, cardinality }: Pipeline): HostedFunction<ServiceBusTrigger> => ({
  name,
  trigger: {
    kind: 'service-bus',
    entity: { queue: QUEUE },
    connection: 'ServiceBusConnection',
    cardinality,
    dataType: 'string',
    includeEmptyEntries: false,
    autoComplete: true,
  },
  triggerBinding: 'messages',
  bindings: {},
  disabled: false,
  retry: undefined,
  registration: { id: name, metadata: { name, bindings: {} }, rawBindings: [], callback: () => undefined },
});

const bodiesIn = ({
  string,
  collectionString,
}: {
  string?: string;
  collectionString?: { string: string[] };
}): string[] => collectionString?.string ?? (string === undefined ? [] : [string]);

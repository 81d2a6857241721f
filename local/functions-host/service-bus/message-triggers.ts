// Everything the host has to do with Service Bus: listeners for its functions, and what their outputs send.

import type { ServiceBusClient } from '@azure/service-bus';
import type { Activity } from '../activity.ts';
import type { HostedFunction, ServiceBusTrigger } from '../functions.ts';
import type { HostConfig } from '../host-json.ts';
import type { Invoke } from '../invoke.ts';
import type { Logger } from '../log.ts';
import type { RpcResponse } from '../rpc.ts';
import type { Settings } from '../settings.ts';
import { toOutputMessages } from '../shapes/outputs.ts';
import type { OutputMessage } from '../shapes/outputs.ts';
import { ServiceBusConnections } from './connections.ts';
import { receiverOptions, startListener } from './listener.ts';
import type { Listener } from './listener.ts';

export interface MessageTriggers {
  start(functions: readonly HostedFunction<ServiceBusTrigger>[], invoke: Invoke): Promise<void>;
  deliverOutputs: (fn: HostedFunction, response: RpcResponse) => Promise<OutputMessage[]>;
  stopReceiving(): Promise<void>;
  close(): Promise<void>;
}

/** Nothing is received; what outputs would send is only told. */
export const noMessageTriggers: MessageTriggers = {
  start: () => Promise.resolve(),
  deliverOutputs: (fn, response) => Promise.resolve(toOutputMessages(fn.bindings, response)),
  stopReceiving: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export const makeMessageTriggers = (
  settings: Settings,
  config: HostConfig['serviceBus'],
  activity: Activity,
  logger: Logger,
): MessageTriggers => {
  const connections = new ServiceBusConnections(settings);
  const listeners: Listener[] = [];
  return {
    start: async (functions, invoke) => {
      const warn = (message: string, functionName?: string): void =>
        logger({ level: 'warning', category: 'host', message, ...(functionName !== undefined && { functionName }) });
      if (functions.length > 0 && config.prefetchCount > 0) {
        warn('"prefetchCount" is ignored: the JavaScript SDK has no prefetch.');
      }
      for (const fn of functions) {
        if (fn.retry !== undefined) warn('Its retry policy is ignored: messages are retried by their queue.', fn.name);
        const client = await connections.client(fn.trigger.connection);
        const receiver = createReceiver(client, fn, config);
        listeners.push(startListener({ fn, receiver, config, invoke, activity, logger }));
      }
    },
    deliverOutputs: async (fn, response) => {
      const messages = toOutputMessages(fn.bindings, response);
      // One after the other: what was sent before a failure stays sent.
      for (const { connection, entity, body } of messages) await connections.send(connection, entity, body);
      return messages;
    },
    stopReceiving: async () => {
      // A broker that is away cannot keep the others, or the host, from stopping.
      await Promise.allSettled(listeners.map((listener) => listener.stopReceiving()));
    },
    close: () => connections.close(),
  };
};

const createReceiver = (
  client: ServiceBusClient,
  fn: HostedFunction<ServiceBusTrigger>,
  config: HostConfig['serviceBus'],
) => {
  const { entity } = fn.trigger;
  const options = receiverOptions(fn, config);
  return 'queue' in entity
    ? client.createReceiver(entity.queue, options)
    : client.createReceiver(entity.topic, entity.subscription, options);
};

// The queues and topics of the topology on a local Service Bus, and the product's own connection to it.

import { ServiceBusClient, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus';
import { serviceBusConfig } from '../../local/cloud.ts';
import { type LocalServiceBus, startServiceBus } from '../../local/service-bus/service-bus.ts';
import {
  connectServiceBus,
  type ServiceBusConnection,
} from '../../shared/adapters/service-bus/service-bus-connection.ts';

export interface ServiceBusWorld {
  bus: LocalServiceBus;
  connection: ServiceBusConnection;
  /** Takes exactly so many messages, and makes sure that no more are there. `EVERYTHING` subscribes to all events. */
  take(from: string | { topic: string; subscription: string }, count: number): Promise<ServiceBusReceivedMessage[]>;
  stop(): Promise<void>;
}

export const EVERYTHING = { topic: 'abuse-events', subscription: 'everything' };

export const openServiceBusWorld = async (): Promise<ServiceBusWorld> => {
  const bus = await startServiceBus({ config: serviceBusConfig([EVERYTHING.subscription]) });
  const connection = connectServiceBus({ kind: 'connection-string', connectionString: bus.connectionString });
  const client = new ServiceBusClient(bus.connectionString);
  const receivers = new Map<string, ServiceBusReceiver>();

  const receiverFor = (from: Parameters<ServiceBusWorld['take']>[0]): ServiceBusReceiver => {
    const name = JSON.stringify(from);
    const options = { receiveMode: 'receiveAndDelete' } as const;
    const receiver =
      receivers.get(name) ??
      (typeof from === 'string'
        ? client.createReceiver(from, options)
        : client.createReceiver(from.topic, from.subscription, options));
    receivers.set(name, receiver);
    return receiver;
  };

  return {
    bus,
    connection,
    take: async (from, count) => {
      const taken: ServiceBusReceivedMessage[] = [];
      while (taken.length < count) {
        const more = await receiverFor(from).receiveMessages(count - taken.length, { maxWaitTimeInMs: 3000 });
        if (more.length === 0) throw new Error(`only ${taken.length} of ${count} messages came`);
        taken.push(...more);
      }
      const rest = await receiverFor(from).receiveMessages(1, { maxWaitTimeInMs: 10 });
      return [...taken, ...rest];
    },
    stop: async () => {
      await Promise.all([connection.close(), client.close()]);
      await bus.stop();
    },
  };
};

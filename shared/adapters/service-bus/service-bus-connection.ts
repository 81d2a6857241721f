import { ServiceBusClient, type ServiceBusClientOptions, type ServiceBusSender } from '@azure/service-bus';
import type { TokenCredential } from '@azure/core-auth';
import type { QueueName, TopicName } from '../topology.ts';

export type ServiceBusSettings =
  | { kind: 'connection-string'; connectionString: string }
  | { kind: 'identity'; namespace: string; credential: TokenCredential };

/** One connection and one sender a queue or topic, for the life of the process; nothing connects before the first use. */
export interface ServiceBusConnection {
  sender(name: QueueName | TopicName): ServiceBusSender;
  /** Asks the broker for something cheap; rejects when it does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** A caller repeats in its own way, so the SDK does it briefly: by default it would go on for minutes. */
const retryOptions = { maxRetries: 1, retryDelayInMs: 200, timeoutInMs: 8000 };

/** `webSocketOptions` lead the connection through web sockets in place of TCP. */
export const connectServiceBus = (
  settings: ServiceBusSettings,
  { webSocketOptions }: Pick<ServiceBusClientOptions, 'webSocketOptions'> = {},
): ServiceBusConnection => {
  const options = { retryOptions, ...(webSocketOptions !== undefined && { webSocketOptions }) };
  let client: ServiceBusClient | undefined;
  const senders = new Map<string, ServiceBusSender>();
  const connected = (): ServiceBusClient =>
    (client ??=
      settings.kind === 'connection-string'
        ? new ServiceBusClient(settings.connectionString, options)
        : new ServiceBusClient(settings.namespace, settings.credential, options));
  return {
    sender: (name) => {
      const sender = senders.get(name) ?? connected().createSender(name);
      senders.set(name, sender);
      return sender;
    },
    probe: async () => {
      const queue: QueueName = 'liveness-results';
      const receiver = connected().createReceiver(queue);
      try {
        await receiver.peekMessages(1);
      } finally {
        await receiver.close();
      }
    },
    close: async () => {
      await client?.close();
    },
  };
};

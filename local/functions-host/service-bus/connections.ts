// One client for each connection that bindings name, made when first needed: the SDK is not even loaded before.

import type { ServiceBusClient, ServiceBusClientOptions, ServiceBusSender } from '@azure/service-bus';
import { findConnection } from '../settings.ts';
import type { Settings } from '../settings.ts';

/**
 * A broker that comes back is found again after about a second. A settlement whose connection broke is given up after the
 * timeout; until then it holds the place of its message, and by default that would be a minute.
 */
const clientOptions: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 3, retryDelayInMs: 1000, timeoutInMs: 10_000 },
};

export class ServiceBusConnections {
  readonly #settings: Settings;
  readonly #clients = new Map<string, Promise<ServiceBusClient>>();
  readonly #senders = new Map<string, ServiceBusSender>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  client(connection: string): Promise<ServiceBusClient> {
    const known = this.#clients.get(connection);
    if (known !== undefined) return known;
    const made = this.#connect(connection);
    this.#clients.set(connection, made);
    return made;
  }

  async send(connection: string, entity: string, body: string): Promise<void> {
    const client = await this.client(connection);
    const key = `${connection}/${entity}`;
    let sender = this.#senders.get(key);
    if (sender === undefined) {
      sender = client.createSender(entity);
      this.#senders.set(key, sender);
    }
    await sender.sendMessages({ body: Buffer.from(body), contentType: 'text/plain' });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map(async (client) => (await client).close()));
  }

  async #connect(name: string): Promise<ServiceBusClient> {
    const { ServiceBusClient } = await import('@azure/service-bus');
    const connection = findConnection(name, this.#settings);
    if (connection === undefined) throw new Error(`No setting tells the connection "${name}".`);
    if (connection.kind === 'connection-string') {
      return new ServiceBusClient(connection.connectionString, clientOptions);
    }
    const { DefaultAzureCredential } = await import('@azure/identity');
    const { fullyQualifiedNamespace, clientId, tenantId } = connection;
    const credential = new DefaultAzureCredential({
      ...(clientId !== undefined && { managedIdentityClientId: clientId }),
      ...(tenantId !== undefined && { tenantId }),
    });
    return new ServiceBusClient(fullyQualifiedNamespace, credential, clientOptions);
  }
}

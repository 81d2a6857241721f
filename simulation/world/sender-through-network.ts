// Sending to the broker is one step of the network; underneath, the SDK speaks AMQP with it.

import type { ServiceBusMessage, ServiceBusMessageBatch, ServiceBusSender } from '@azure/service-bus';
import type { ServiceBusConnection } from '../../shared/adapters/service-bus/service-bus-connection.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import { within } from '../engine/simulated-process.ts';

export const senderThroughNetwork = (
  connection: ServiceBusConnection,
  network: Network,
  checker: Checker,
  /** A body as the version of this process writes it. */
  written: (body: object) => object = (body) => body,
): ServiceBusConnection => {
  const bodies = new WeakMap<object, unknown[]>();

  const observed = (batch: ServiceBusMessageBatch): ServiceBusMessageBatch => {
    const added: unknown[] = [];
    bodies.set(batch, added);
    const tryAddMessage = batch.tryAddMessage.bind(batch);
    batch.tryAddMessage = (message, options) => {
      const sent = message as ServiceBusMessage;
      const body = Buffer.isBuffer(sent.body) ? sent.body : written(sent.body as object);
      const fits = tryAddMessage({ ...sent, body }, options);
      if (fits) added.push(body);
      return fits;
    };
    return batch;
  };

  const through = (name: string, sender: ServiceBusSender): ServiceBusSender => {
    const send = async (messages: ServiceBusMessage | ServiceBusMessageBatch): Promise<void> => {
      await sender.sendMessages(messages);
      const sent = bodies.get(messages) ?? [(messages as ServiceBusMessage).body];
      for (const body of sent) checker.sent(name, body);
    };
    return Object.assign(Object.create(sender) as ServiceBusSender, {
      createMessageBatch: async () => observed(await sender.createMessageBatch()),
      sendMessages: (messages: ServiceBusMessage | ServiceBusMessageBatch) =>
        network.call('service-bus', `Send ${name}`, (who) => within(who, () => send(messages)), {
          connectionLost: () =>
            Object.assign(new Error('the connection was lost'), { code: 'ServiceCommunicationProblem' }),
          throttled: () => {
            throw Object.assign(new Error('the server is busy'), { code: 'ServiceBusy' });
          },
        }),
    });
  };

  return { ...connection, sender: (name) => through(name, connection.sender(name)) };
};

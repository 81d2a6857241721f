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
  const accepted = new WeakMap<object, { body: unknown; messageId: ServiceBusMessage['messageId'] }[]>();

  const observed = (batch: ServiceBusMessageBatch): ServiceBusMessageBatch => {
    const added: { body: unknown; messageId: ServiceBusMessage['messageId'] }[] = [];
    accepted.set(batch, added);
    const tryAddMessage = batch.tryAddMessage.bind(batch);
    batch.tryAddMessage = (message, options) => {
      const sent = message as ServiceBusMessage;
      const body = Buffer.isBuffer(sent.body) ? sent.body : written(sent.body as object);
      const fits = tryAddMessage({ ...sent, body }, options);
      if (fits) added.push({ body, messageId: sent.messageId });
      return fits;
    };
    return batch;
  };

  const through = (name: string, sender: ServiceBusSender): ServiceBusSender => {
    const what = `Send ${name}`;
    const send = async (batch: ServiceBusMessageBatch): Promise<void> => {
      await sender.sendMessages(batch);
      network.watch(what, () => {
        const sent = accepted.get(batch);
        if (sent === undefined) throw new Error('what is sent without a batch is not seen here');
        for (const { body, messageId } of sent) checker.sent(name, body, messageId);
      });
    };
    // Nothing else: it would go past the network.
    const seen: Pick<ServiceBusSender, 'createMessageBatch' | 'sendMessages'> = {
      createMessageBatch: async () => observed(await sender.createMessageBatch()),
      sendMessages: (messages) =>
        network.call('service-bus', what, (who) => within(who, () => send(messages as ServiceBusMessageBatch)), {
          connectionLost: () =>
            Object.assign(new Error('the connection was lost'), { code: 'ServiceCommunicationProblem' }),
          throttled: () => {
            throw Object.assign(new Error('the server is busy'), { code: 'ServiceBusy' });
          },
        }),
    };
    return seen as ServiceBusSender;
  };

  return { ...connection, sender: (name) => through(name, connection.sender(name)) };
};

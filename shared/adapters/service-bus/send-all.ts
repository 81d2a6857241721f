import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { Unavailable } from '../../application/errors.ts';

/**
 * Sends the messages in as few batches as they fit in. Each batch is accepted or refused as a whole; after a failure some
 * may have been accepted, so that a repetition sends them twice.
 */
export const sendAll = async (
  sender: ServiceBusSender,
  messages: readonly ServiceBusMessage[],
  what: string,
): Promise<void> => {
  try {
    let batch = await sender.createMessageBatch();
    for (const message of messages) {
      if (batch.tryAddMessage(message)) continue;
      if (batch.count > 0) await sender.sendMessages(batch);
      batch = await sender.createMessageBatch();
      if (!batch.tryAddMessage(message)) throw new Error('a message is larger than the broker takes');
    }
    if (batch.count > 0) await sender.sendMessages(batch);
  } catch (error) {
    throw new Unavailable(what, { cause: error });
  }
};

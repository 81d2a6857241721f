import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** So many messages, for good; the receiver is of no use any more. */
export const taken = async (receiver: ServiceBusReceiver, messages: number): Promise<ServiceBusReceivedMessage[]> => {
  const received = await receiver.receiveMessages(messages, { maxWaitTimeInMs: 5000 });
  await receiver.close();
  return received;
};

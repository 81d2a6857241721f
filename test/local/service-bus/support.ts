import {
  ServiceBusClient,
  type ProcessErrorArgs,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { ShiftableClock } from '../../../local/clock.ts';
import {
  startServiceBus,
  type LocalServiceBus,
  type ServiceBusOptions,
} from '../../../local/service-bus/service-bus.ts';

type Properties = Record<string, unknown>;

interface Topic {
  properties?: Properties;
  subscriptions?: Record<string, Properties & { rules?: readonly object[] }>;
}

export const aConfig = (queues: Record<string, Properties> = {}, topics: Record<string, Topic> = {}): object => ({
  UserConfig: {
    Namespaces: [
      {
        Name: 'sbemulatorns',
        Queues: Object.entries(queues).map(([Name, Properties]) => ({ Name, Properties })),
        Topics: Object.entries(topics).map(([Name, { properties = {}, subscriptions = {} }]) => ({
          Name,
          Properties: properties,
          Subscriptions: Object.entries(subscriptions).map(([name, { rules = [], ...Properties }]) => ({
            Name: name,
            Properties,
            Rules: rules,
          })),
        })),
      },
    ],
  },
});

const toClose: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (let close = toClose.pop(); close !== undefined; close = toClose.pop()) await close();
});

/** Something to close when the test is over; the last one comes first. */
export const closeLater = (close: () => Promise<unknown>): void => {
  toClose.push(close);
};

/** A client that does not retry and gives up soon, unless told otherwise. */
export const aClient = (connectionString: string, maxRetries = 0, timeoutInMs = 4000): ServiceBusClient => {
  const client = new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries, timeoutInMs, retryDelayInMs: 20 },
  });
  closeLater(() => client.close());
  return client;
};

export const startBus = async (
  options: ServiceBusOptions,
): Promise<{ bus: LocalServiceBus; client: ServiceBusClient }> => {
  const bus = await startServiceBus(options);
  closeLater(() => bus.stop());
  return { bus, client: aClient(bus.connectionString) };
};

/** A clock that only moves when told, starting now: the SDK compares what it reads with the machine's time. */
export const aClock = (): ShiftableClock => {
  const start = Date.now();
  return new ShiftableClock(() => start);
};

/** Receives exactly so many messages, or fails. */
export const take = async (receiver: ServiceBusReceiver, count: number): Promise<ServiceBusReceivedMessage[]> => {
  const taken: ServiceBusReceivedMessage[] = [];
  while (taken.length < count) {
    const more = await receiver.receiveMessages(count - taken.length, { maxWaitTimeInMs: 3000 });
    if (more.length === 0) throw new Error(`only ${taken.length} of ${count} messages came`);
    taken.push(...more);
  }
  return taken;
};

export const takeOne = async (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> => {
  const [message] = await take(receiver, 1);
  return message!;
};

/** The bodies that are there now, without waiting for more. */
export const takeNothing = (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> =>
  receiver.receiveMessages(1, { maxWaitTimeInMs: 20 });

export const bodies = (messages: readonly ServiceBusReceivedMessage[]): unknown[] =>
  messages.map(({ body }) => body as unknown);

/** A sequence number as the SDK shows it. */
export const sequence = (low: number): unknown => expect.objectContaining({ low, high: 0 });

/** Waits until something is so; fails after five seconds. */
export const until = async (isSo: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`it never came about: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Collects what a subscription reports. */
export const errorsOf = (): { errors: unknown[]; processError: (args: ProcessErrorArgs) => Promise<void> } => {
  const errors: unknown[] = [];
  return {
    errors,
    processError: ({ error }) => {
      errors.push(error);
      return Promise.resolve();
    },
  };
};

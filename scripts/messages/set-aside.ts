// Messages that were set aside: parked with a reason by the app, or dead-lettered by the broker. They are numbered in the
// order of `sources` and, within one, by age; the numbers hold until something is replayed, dropped or set aside.

import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import Long from 'long';
import topology from '../../infra/topology.json' with { type: 'json' };

export interface SetAside {
  number: number;
  source: string;
  reason: string;
  at: Date;
  /** The message as it first came. */
  body: string;
}

/** `all`, or the numbers that `list` showed. */
export type Selection = 'all' | readonly number[];

export interface Outcome {
  done: number;
  refused: { number: number; why: string }[];
}

interface Source {
  name: string;
  receiver(client: ServiceBusClient): ServiceBusReceiver;
  reasonOf(message: ServiceBusReceivedMessage): string;
  /** Whether it can be counted again. Of anything else the sweeps do what it asked for. */
  isResult(message: ServiceBusReceivedMessage): boolean;
}

const RESULTS = 'liveness-results';
const PARKED = 'parked-messages';
const PAGE = 200;
const WAIT_MS = 300;
const FROM_THE_FIRST = { fromSequenceNumber: Long.ONE };

/** Big numbers and repeated names do not survive being parsed. */
const AS_THEY_CAME = { skipParsingBodyAsJson: true } as const;
const DEAD_LETTERS = { subQueueType: 'deadLetter', ...AS_THEY_CAME } as const;

/** What is sent as a value of AMQP comes as one, anything else as bytes. */
const textOf = ({ body }: ServiceBusReceivedMessage): string => {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  return typeof body === 'string' ? body : JSON.stringify(body);
};

const textIn = (properties: ServiceBusReceivedMessage['applicationProperties'], name: string): string => {
  const value = properties?.[name];
  return typeof value === 'string' ? value : 'not given';
};

const isParkedResult: Source['isResult'] = ({ applicationProperties }) => applicationProperties?.from === RESULTS;

const deadLetters = (name: string, receiver: Source['receiver']): Source => ({
  name: `dead letters of ${name}`,
  receiver,
  reasonOf: ({ deadLetterReason }) => deadLetterReason ?? 'not given',
  isResult: name === PARKED ? isParkedResult : () => name === RESULTS,
});

const sources: readonly Source[] = [
  {
    name: PARKED,
    receiver: (client) => client.createReceiver(PARKED, AS_THEY_CAME),
    reasonOf: ({ applicationProperties }) =>
      `from ${textIn(applicationProperties, 'from')}: ${textIn(applicationProperties, 'reason')}`,
    isResult: isParkedResult,
  },
  ...Object.keys(topology.serviceBus.queues).map((queue) =>
    deadLetters(queue, (client) => client.createReceiver(queue, DEAD_LETTERS)),
  ),
  ...Object.entries(topology.serviceBus.topics).flatMap(([topic, { subscriptions }]) =>
    Object.keys(subscriptions).map((subscription) =>
      deadLetters(`${topic}/${subscription}`, (client) => client.createReceiver(topic, subscription, DEAD_LETTERS)),
    ),
  ),
];

/** Shows everything and changes nothing. */
export const list = async (client: ServiceBusClient): Promise<SetAside[]> => {
  const found: SetAside[] = [];
  for (const source of sources) {
    const receiver = source.receiver(client);
    for (;;) {
      const page = await receiver.peekMessages(PAGE);
      for (const message of page) {
        found.push({
          number: found.length + 1,
          source: source.name,
          reason: source.reasonOf(message),
          at: message.enqueuedTimeUtc ?? new Date(0),
          body: textOf(message),
        });
      }
      if (page.length === 0) break;
    }
    await receiver.close();
  }
  return found;
};

/** Sends the messages as they first came to be counted again, then forgets where they were set aside. */
export const replay = (client: ServiceBusClient, selection: Selection): Promise<Outcome> =>
  takeEach(client, selection, async (source, message) => {
    if (!source.isResult(message)) return 'can only be dropped: the sweeps do what it asked for';
    const sender = client.createSender(RESULTS);
    // As bytes: the SDK would make a JSON text of a string.
    await sender.sendMessages({ body: Buffer.from(textOf(message)), contentType: 'application/json' });
    await sender.close();
    return undefined;
  });

export const drop = (client: ServiceBusClient, selection: Selection): Promise<Outcome> =>
  takeEach(client, selection, () => Promise.resolve(undefined));

/** Handles each selected message and completes it; one that `handle` refuses, with a sentence, stays where it is. */
const takeEach = async (
  client: ServiceBusClient,
  selection: Selection,
  handle: (source: Source, message: ServiceBusReceivedMessage) => Promise<string | undefined>,
): Promise<Outcome> => {
  const outcome: Outcome = { done: 0, refused: [] };
  let number = 0;
  for (const source of sources) {
    const receiver = source.receiver(client);
    const untouched: ServiceBusReceivedMessage[] = [];
    // An empty peek answers at once, an empty receive only when its time is up.
    while ((await receiver.peekMessages(1, FROM_THE_FIRST)).length > 0) {
      const page = await receiver.receiveMessages(PAGE, { maxWaitTimeInMs: WAIT_MS });
      if (page.length === 0) break;
      for (const message of page) {
        number += 1;
        const selected = selection === 'all' || selection.includes(number);
        const why = selected ? await handle(source, message) : undefined;
        if (selected && why === undefined) {
          await receiver.completeMessage(message);
          outcome.done += 1;
        } else {
          untouched.push(message);
          if (why !== undefined) outcome.refused.push({ number, why });
        }
      }
    }
    // One after the other: the SDK joins settlements of one tick, and then they all get the first one's outcome.
    for (const message of untouched) await receiver.abandonMessage(message);
    await receiver.close();
  }
  return outcome;
};

// One queue or topic under any number of odd messages, a few at once.

import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import type { AmqpAnnotatedMessage } from '@azure/core-amqp';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ledgerDocumentId } from '../../shared/adapters/cosmos/documents.ts';
import { sweepNames } from '../../shared/application/sweeps.ts';
import { decodeResult, encodeResult } from '../../shared/contracts/result-message.ts';
import { eventKey } from '../../shared/domain/events.ts';
import { fc } from '../unit/domain/support/fast-check.ts';
import { judgeApp } from './judge-app.ts';
import { messageCases, type MessageCase } from './message-case.ts';
import { SECRET } from './odd-texts.ts';
import { quiet } from './quiet.ts';
import { count, type TargetReport } from './report.ts';
import { tryCases } from './try-cases.ts';
import type { World } from './world.ts';

interface Queue {
  /** Where to send, and what the topic's filter asks for. */
  entity: string;
  applicationProperties?: Record<string, string>;
  deadLetters: (client: ServiceBusClient) => ServiceBusReceiver;
  /** A right message that comes with the odd ones. */
  companion?: (world: World) => Promise<string>;
  /** Complaints about what became of the messages, each of which is counted under its outcome. */
  judge: (parts: Parts, bodies: readonly string[], companion: string) => Promise<string[]>;
}

interface Parts {
  world: World;
  client: ServiceBusClient;
  outcomes: Map<string, number>;
  /** The first log record of these messages. */
  fromRecord: number;
}

const AT_ONCE = 11;
const SHOWN = 600;
const LONG = 80_000;
const PARKED = 'parked-messages';
const deadLetter = { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' } as const;

const queues: Record<string, Queue> = {
  recordLivenessResult: {
    entity: 'liveness-results',
    deadLetters: (client) => client.createReceiver('liveness-results', deadLetter),
    companion: goodResult,
    judge: async (parts, bodies, companion) => [
      ...(await judgeResults(parts, bodies)),
      ...((await isInLedger(parts.world, companion)) ? [] : ['the good message that came with it was not counted']),
    ],
  },
  closeOpenSessions: {
    entity: 'abuse-events',
    applicationProperties: { type: 'flag.raised' },
    deadLetters: (client) => client.createReceiver('abuse-events', 'close-open-sessions', deadLetter),
    judge: (parts, bodies) =>
      Promise.resolve(judgeSignals(parts, bodies, z.object({ subject: z.uuid() }), 'event-not-understood')),
  },
  runSweep: {
    entity: 'sweeps',
    deadLetters: (client) => client.createReceiver('sweeps', deadLetter),
    judge: (parts, bodies) =>
      Promise.resolve(judgeSignals(parts, bodies, z.object({ sweep: z.enum(sweepNames) }), 'nudge-not-understood')),
  },
};

export const queueNames: readonly string[] = Object.keys(queues);

export const fuzzQueue = async (
  world: World,
  name: string,
  { seed, cases }: { seed: number; cases: number },
): Promise<TargetReport> => {
  const { app } = world;
  const { entity, applicationProperties = {}, deadLetters, companion, judge } = queues[name]!;
  const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
  const sender = client.createSender(entity);
  const outcomes = new Map<string, number>();
  const firstRecord = app.logs.length;
  let sent = 0;

  const tryOne = async (given: MessageCase[]): Promise<void> => {
    sent += given.length;
    const messages = given.map((message) => filled(world, message));
    const good = (await companion?.(world)) ?? '';
    const fromRecord = app.logs.length;
    await Promise.all([
      ...messages.map((message) => sender.sendMessages(amqpOf(message, applicationProperties))),
      ...(good === '' ? [] : [sender.sendMessages({ body: Buffer.from(good) })]),
    ]);
    await quiet(app);

    const complaints = await judge({ world, client, outcomes, fromRecord }, messages.map(textOf), good);
    const dead = app.cloud.serviceBus.inspect().entities[pathOf(name)]?.deadLettered ?? 0;
    if (dead > 0) {
      complaints.push(`${dead} dead-lettered`);
      await taken(deadLetters(client), dead);
    }
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  };

  const batches = fc.array(messageCases[name]!, { minLength: 1, maxLength: AT_ONCE });
  const numRuns = Math.ceil(cases / ((1 + AT_ONCE) / 2));
  const describeCase = (messages: readonly MessageCase[]): string => messages.map(describeMessage).join('\n');
  const { hasEnded } = world;
  const tried = await tryCases(batches, { seed, numRuns }, { tryOne, describeCase, hasEnded });
  await client.close();
  const failures = [...tried.failures, ...(await judgeApp(world, firstRecord, [SECRET]))];
  return { name, cases: sent, outcomes, failures };
};

const pathOf = (name: string): string =>
  name === 'closeOpenSessions' ? 'abuse-events/subscriptions/close-open-sessions' : queues[name]!.entity;

/** Names are ASCII, and the rest need not be text at all. */
const filled = (world: World, { body, ...message }: MessageCase): MessageCase => ({
  ...message,
  body: Buffer.from(world.filled(body.toString('latin1')), 'latin1'),
});

const amqpOf = (
  { kind, body, properties }: MessageCase,
  applicationProperties: Record<string, string>,
): ServiceBusMessage | AmqpAnnotatedMessage => {
  switch (kind) {
    case 'data':
      return { body, applicationProperties, ...properties };
    case 'value':
      return { bodyType: 'value', body: body.toString(), applicationProperties };
    case 'sequence':
      return { bodyType: 'sequence', body: [[body.toString()]], applicationProperties };
  }
};

const textOf = ({ kind, body }: MessageCase): string =>
  kind === 'sequence' ? JSON.stringify([[body.toString()]]) : body.toString();

/** As the app gets it: the library gives JSON as its value, in which big numbers and repeated names are lost. */
const asGiven = (text: string): string => {
  const value = valueIn(text);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Each is in the ledger or parked with a reason, and never both. */
const judgeResults = async (parts: Parts, bodies: readonly string[]): Promise<string[]> => {
  const parked = await takeParked(parts);
  const sent = Map.groupBy(bodies, asGiven);
  const complaints = [
    ...parked.filter(({ reason }) => reason === '').map(() => 'parked without a reason'),
    ...parked
      .filter(({ message }) => ![...sent.keys()].some((body) => isKept(body, message)))
      .map(({ message }) => `parked, but not sent: ${message.slice(0, SHOWN)}`),
  ];
  for (const [body, copies] of sent) {
    const times = parked.filter(({ message }) => isKept(body, message)).length;
    const isCounted = await isInLedger(parts.world, body);
    count(parts.outcomes, isCounted ? 'applied' : 'parked', copies.length);
    if (isCounted ? times > 0 : times !== copies.length) {
      const state = isCounted ? 'in the ledger' : 'not in the ledger';
      complaints.push(`sent ${copies.length} times, parked ${times} times, ${state}: ${body.slice(0, SHOWN)}`);
    }
  }
  return complaints;
};

async function goodResult({ app }: World): Promise<string> {
  const { sessionId, correlationId } = await app.issue(`companion-${randomUUID()}`);
  const attempt = { type: 'attempt', attemptId: 1, outcome: 'technical' } as const;
  return JSON.stringify(
    encodeResult({ ...attempt, atMs: Date.now(), customerId: 'contoso', correlationId, sessionId }),
  );
}

/** Nothing rests on these: what they ask for is done by a timer as well. Odd ones are taken, and the log says so. */
const judgeSignals = (
  { world, fromRecord, outcomes }: Parts,
  bodies: readonly string[],
  understandable: z.ZodType,
  event: string,
): string[] => {
  const odd = bodies.filter((body) => !understandable.safeParse(valueIn(body)).success).length;
  count(outcomes, 'logged', odd);
  count(outcomes, 'followed', bodies.length - odd);
  const logged = world.app.logs
    .slice(fromRecord)
    .filter(({ message }) => message.includes(`"event":"${event}"`)).length;
  return logged === odd ? [] : [`${odd} messages are not understood, and ${logged} log records say so`];
};

const valueIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** What has grown beyond a message while it was read may have lost its end, a cut character included. */
const isKept = (body: string, message: string): boolean =>
  message === body || (body.length > LONG && message.length > LONG && body.startsWith(message.slice(0, -3)));

interface Parked {
  reason: string;
  message: string;
}

const takeParked = async ({ world, client }: Parts): Promise<Parked[]> => {
  const waiting = world.app.cloud.serviceBus.inspect().entities[PARKED]?.active ?? 0;
  if (waiting === 0) return [];
  const asTheyLie = { receiveMode: 'receiveAndDelete', skipParsingBodyAsJson: true } as const;
  const received = await taken(client.createReceiver(PARKED, asTheyLie), waiting);
  return received.map(({ body, subject }) => {
    const text = Buffer.from(body as Uint8Array).toString();
    return subject === undefined ? (JSON.parse(text) as Parked) : { reason: subject, message: text };
  });
};

const taken = async (receiver: ServiceBusReceiver, messages: number): Promise<ServiceBusReceivedMessage[]> => {
  const received = await receiver.receiveMessages(messages, { maxWaitTimeInMs: 5000 });
  await receiver.close();
  return received;
};

/** That somebody has counted the same: an earlier copy, or another process. */
const isInLedger = async ({ app }: World, body: string): Promise<boolean> => {
  const decoded = decodeResult(body);
  if (decoded.kind === 'invalid') return false;
  const event = { outcome: undefined, errorCode: undefined, ...decoded.event };
  const item = app.cloud.database
    .container('correlations')
    .item(ledgerDocumentId(eventKey(decoded.event)), event.correlationId);
  const { resource } = await item.read<Record<string, unknown>>();
  if (resource === undefined) return false;
  // An attempt that its client has forged stays a spoof, whatever Face says of it.
  const wasForged = resource.outcome === 'spoof' && resource.reason === 'integrity';
  const same = ['type', 'customerId', 'errorCode', ...(wasForged ? [] : ['outcome'])];
  const expected: Record<string, unknown> = event;
  return same.every((name) => resource[name] === expected[name]);
};

const describeMessage = ({ kind, body, properties }: MessageCase): string =>
  `${kind} ${JSON.stringify(properties)}\n  ${JSON.stringify(body.toString('latin1').slice(0, SHOWN))}`;

// One queue or topic under any number of odd messages, a few at once.

import { ServiceBusClient, type ServiceBusMessage, type ServiceBusReceiver } from '@azure/service-bus';
import type { AmqpAnnotatedMessage } from '@azure/core-amqp';
import * as z from 'zod';
import { sweepNames } from '../../shared/application/sweeps.ts';
import { fc } from '../unit/domain/support/fast-check.ts';
import { judgeApp } from './judge-app.ts';
import { goodResult, isInLedger, judgeResults } from './judge-results.ts';
import { judgeSignals } from './judge-signals.ts';
import { messageCases, type MessageCase } from './message-case.ts';
import { SECRET } from './odd-texts.ts';
import { quiet } from './quiet.ts';
import type { TargetReport } from './report.ts';
import type { SentMessages } from './sent-messages.ts';
import { taken } from './taken.ts';
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
  judge: (messages: SentMessages, bodies: readonly string[], companion: string) => Promise<string[]>;
}

const AT_ONCE = 11;
const SHOWN = 600;
const deadLetter = { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' } as const;

const queues: Record<string, Queue> = {
  recordLivenessResult: {
    entity: 'liveness-results',
    deadLetters: (client) => client.createReceiver('liveness-results', deadLetter),
    companion: goodResult,
    judge: async (messages, bodies, companion) => [
      ...(await judgeResults(messages, bodies)),
      ...((await isInLedger(messages.world, companion)) ? [] : ['the good message that came with it was not counted']),
    ],
  },
  closeOpenSessions: {
    entity: 'abuse-events',
    applicationProperties: { type: 'flag.raised' },
    deadLetters: (client) => client.createReceiver('abuse-events', 'close-open-sessions', deadLetter),
    judge: (messages, bodies) =>
      judgeSignals(messages, bodies, z.object({ subject: z.uuid() }), 'abuse-events/close-open-sessions'),
  },
  runSweep: {
    entity: 'sweeps',
    deadLetters: (client) => client.createReceiver('sweeps', deadLetter),
    judge: (messages, bodies) => judgeSignals(messages, bodies, z.object({ sweep: z.enum(sweepNames) }), 'sweeps'),
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
    await Promise.all([
      ...messages.map((message) => sender.sendMessages(amqpOf(message, applicationProperties))),
      ...(good === '' ? [] : [sender.sendMessages({ body: Buffer.from(good) })]),
    ]);
    await quiet(app);

    const complaints = await judge({ world, client, outcomes }, messages.map(textOf), good);
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

const describeMessage = ({ kind, body, properties }: MessageCase): string =>
  `${kind} ${JSON.stringify(properties)}\n  ${JSON.stringify(body.toString('latin1').slice(0, SHOWN))}`;

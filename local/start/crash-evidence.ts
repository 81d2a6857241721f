// What the stores say about everybody who was there since a moment, read past the app.

import * as z from 'zod';
import type { LocalCloud } from '../cloud.ts';
import type { InspectedSession } from '../face/inspection.ts';
import type { LocalServiceBus } from '../service-bus/service-bus.ts';
import type { SessionAtFace } from '../traffic/count-tries.ts';
import { readStored, type StoredDocument } from '../traffic/stored.ts';

export interface CrashEvidence {
  /** All about the correlation ids that had a session since then. */
  documents: readonly StoredDocument[];
  /** The truth about the sessions that Face made since then. */
  face: readonly (SessionAtFace & Pick<InspectedSession, 'deleted'>)[];
  /** Decisions that are not carried out, and events of customers that are not published. */
  undone: number;
  messages: MessagesOnTheirWay;
}

/** To the app. */
export interface MessagesOnTheirWay {
  /** Nobody has them. */
  waiting: number;
  /** Sent to come later. */
  scheduled: number;
  /** Locked by a receiver, which may be dead. */
  taken: number;
}

export const readCrashEvidence = async (
  { database, face, serviceBus }: Pick<LocalCloud, 'database' | 'face' | 'serviceBus'>,
  sinceMs: number,
): Promise<CrashEvidence> => {
  const made = face.inspect().list.filter(({ createdAt }) => createdAt.getTime() >= sinceMs);
  const correlationIds = new Set([
    ...(await idsWithSessions(database, sinceMs)),
    ...made.map(({ deviceCorrelationId }) => deviceCorrelationId),
  ]);
  return {
    documents: await readStored(database, correlationIds),
    face: made,
    undone: await countUndone(database),
    messages: messagesOnTheirWay(serviceBus),
  };
};

type Database = LocalCloud['database'];

const idsWithSessions = async (database: Database, sinceMs: number): Promise<string[]> => {
  const { resources } = await database
    .container('correlations')
    .items.query({
      query: "SELECT VALUE c.correlationId FROM c WHERE c.documentKind = 'session' AND c.reservedAt >= @since",
      parameters: [{ name: '@since', value: new Date(sinceMs).toISOString() }],
    })
    .fetchAll();
  return z.array(z.string()).parse(resources);
};

const countUndone = async (database: Database): Promise<number> => {
  const { resources } = await database
    .container('customers')
    .items.query("SELECT VALUE c.id FROM c WHERE c.documentKind IN ('decision', 'event') AND IS_DEFINED(c.dueAt)")
    .fetchAll();
  return resources.length;
};

/** Nobody reads parked messages: people look at them. */
export const messagesOnTheirWay = (serviceBus: Pick<LocalServiceBus, 'inspect'>): MessagesOnTheirWay => {
  const { 'parked-messages': _parked, ...read } = serviceBus.inspect().entities;
  const sum = (count: (entity: (typeof read)[string]) => number): number =>
    Object.values(read).reduce((total, entity) => total + count(entity), 0);
  return {
    waiting: sum(({ active }) => active),
    scheduled: sum(({ scheduled }) => scheduled),
    taken: sum(({ locked }) => locked),
  };
};

// What the product stored, read as documents. These are the fields that are looked at here.

import * as z from 'zod';
import type { LocalCloud } from '../cloud.ts';

const verdictSchema = z.object({
  kind: z.enum(['flagged', 'paused']),
  scope: z.enum(['correlation', 'device']),
  pattern: z.string(),
  sinceMs: z.number(),
  statistic: z.number(),
  limit: z.number(),
});

/** Stored as one text each: words, and numbers to the base 36. */
const words = z
  .string()
  .default('')
  .transform((text) => (text === '' ? [] : text.split(' ')));
const numbers = words.transform((list) => list.map((word) => Number.parseInt(word, 36)));

const historySchema = z.object({
  base: z.number(),
  tags: words,
  sessions: words,
  /** Rows of [at, session, attemptId, tag]. */
  spoof: numbers,
  uncertain: numbers,
  technical: numbers,
  passes: numbers,
  /** Rows of [at, session, tag]. */
  unused: numbers,
});

const documentSchema = z.discriminatedUnion('documentKind', [
  z.object({
    documentKind: z.literal('history'),
    correlationId: z.string(),
    history: historySchema,
    verdicts: z.array(verdictSchema).default([]),
    dueAt: z.string().optional(),
  }),
  z.object({
    documentKind: z.literal('session'),
    correlationId: z.string(),
    sessionId: z.string(),
    state: z.enum(['reserved', 'issued', 'closing', 'closed', 'released']),
    faceSessionId: z.string().optional(),
    dueAt: z.string().optional(),
  }),
  z.object({
    documentKind: z.literal('attempt'),
    correlationId: z.string(),
    sessionId: z.string(),
    type: z.enum(['attempt', 'session.abandoned', 'session.closed']),
    attemptId: z.number().optional(),
    outcome: z.enum(['real', 'spoof', 'uncertain', 'technical']).optional(),
  }),
  z.object({
    documentKind: z.literal('flag'),
    correlationId: z.string(),
    flagId: z.string(),
    verdict: verdictSchema,
    reasons: z.array(z.string()),
    caseKey: z.string(),
    receipt: z.unknown(),
  }),
  z.object({
    documentKind: z.literal('event'),
    correlationId: z.string(),
    type: z.string(),
    data: z.object({ sessionId: z.string().optional() }),
    dueAt: z.string().optional(),
  }),
]);

export type StoredDocument = z.output<typeof documentSchema>;
export type Stored<Kind extends StoredDocument['documentKind']> = Extract<StoredDocument, { documentKind: Kind }>;

/** An event about a customer. */
const incidentEventSchema = z.object({
  type: z.enum(['incident.opened', 'incident.closed']),
  customerId: z.string(),
  dueAt: z.string().optional(),
  data: z.object({
    incidentId: z.string(),
    pattern: z.string(),
    appVersion: z.string().optional(),
    reason: z.string(),
    statistic: z.number(),
    limit: z.number(),
    openedAt: z.iso.datetime().transform((text) => new Date(text)),
    closedAt: z.iso
      .datetime()
      .transform((text) => new Date(text))
      .optional(),
  }),
});

export type IncidentEvent = z.output<typeof incidentEventSchema>;

type Database = Pick<LocalCloud, 'database'>['database'];

/** Everything about these correlation ids. */
export const readStored = async (database: Database, correlationIds: ReadonlySet<string>): Promise<StoredDocument[]> =>
  (await query(database, 'SELECT * FROM c')).filter(({ correlationId }) => correlationIds.has(correlationId));

export const readFlags = async (database: Database): Promise<Stored<'flag'>[]> =>
  ofKind(await query(database, "SELECT * FROM c WHERE c.documentKind = 'flag'"), 'flag');

/** Of all customers. */
export const readIncidentEvents = async (database: Database): Promise<IncidentEvent[]> => {
  const { resources } = await database
    .container('customers')
    .items.query("SELECT * FROM c WHERE c.documentKind = 'event' AND c.type IN ('incident.opened', 'incident.closed')")
    .fetchAll();
  return z.array(incidentEventSchema).parse(resources);
};

/** Everything about one correlation id. */
export const readOne = async (database: Database, correlationId: string): Promise<StoredDocument[]> => {
  const { resources } = await database
    .container('correlations')
    .items.query('SELECT * FROM c', { partitionKey: correlationId })
    .fetchAll();
  return z.array(documentSchema).parse(resources);
};

export const ofKind = <Kind extends StoredDocument['documentKind']>(
  documents: readonly StoredDocument[],
  kind: Kind,
): Stored<Kind>[] => documents.filter((document): document is Stored<Kind> => document.documentKind === kind);

const query = async (database: Database, text: string): Promise<StoredDocument[]> => {
  const { resources } = await database.container('correlations').items.query(text).fetchAll();
  return z.array(documentSchema).parse(resources);
};

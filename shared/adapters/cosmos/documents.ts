// The documents as they lie in Cosmos DB. One codec for each serves both ways. Objects are loose: a field that a newer
// version of the app added survives being written back by this one.

import * as z from 'zod';
import type { CustomerEventRecord } from '../../application/customer-events.ts';
import type {
  CorrelationRecord,
  CustomerRecord,
  DeviceRecord,
  EndUserRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  ResetDecision,
  SessionRecord,
} from '../../application/records.ts';
import { decodeHistory, encodeHistory, type StoredHistory } from '../../domain/history-codec.ts';
import type { History } from '../../domain/history.ts';
import { patternNames } from '../../domain/patterns/pattern-names.ts';
import type { Policy } from '../../domain/policy.ts';
import type { FrozenEvidence, Receipt } from '../../domain/receipt.ts';

export const SCHEMA_VERSION = 1;

const SECONDS_PER_DAY = 86_400;
export const NEVER_EXPIRES = -1;
export const TTL_SECONDS = {
  activeCorrelation: 60 * SECONDS_PER_DAY,
  session: 60 * SECONDS_PER_DAY,
  ledger: 60 * SECONDS_PER_DAY,
  flag: 400 * SECONDS_PER_DAY,
  publishedEvent: 30 * SECONDS_PER_DAY,
  idempotencyKey: SECONDS_PER_DAY,
  quota: 2 * SECONDS_PER_DAY,
} as const;

export const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

const history = z.codec(z.custom<StoredHistory>(), z.custom<History>(), {
  decode: (stored) => decodeHistory(stored),
  encode: (facts) => encodeHistory(facts),
});

const verdict = z.looseObject({
  kind: z.enum(['flagged', 'paused']),
  scope: z.enum(['correlation', 'device']),
  pattern: z.enum(patternNames),
  sinceMs: z.number(),
  untilMs: z.number().exactOptional(),
  statistic: z.number(),
  limit: z.number(),
  source: z.enum(['result', 'gate', 'timer', 'face']),
  audit: z.literal(true).exactOptional(),
});

/** Evidence and policy are what the app itself has written some seconds ago; they are checked where they came in. */
const latchedVerdict = verdict.extend({
  pending: z.looseObject({ evidence: z.custom<FrozenEvidence>(), policy: z.custom<Policy>() }).exactOptional(),
  flagId: z.string().exactOptional(),
  pauseEnded: z.literal(true).exactOptional(),
});

const linkedCounts = z.object({
  passDays: z.number(),
  spoofs: z.number(),
  uncertainSessions: z.number(),
  technicalSessions: z.number(),
  otherIds: z.number(),
});

const outstandingSession = z.looseObject({
  sessionId: z.string(),
  reservedAtMs: z.number(),
  expiresAtMs: z.number(),
  attemptsAllowed: z.number(),
  recorded: z.array(z.number()),
  closedWith: z.number().exactOptional(),
  passed: z.literal(true).exactOptional(),
  closing: z.literal(true).exactOptional(),
  deviceKey: z.string().exactOptional(),
});

const correlation = z.looseObject({
  correlationId: z.string(),
  customerId: z.string(),
  endUserKey: z.string(),
  status: z.enum(['active', 'retired']),
  history,
  outstanding: z.array(outstandingSession),
  verdicts: z.array(latchedVerdict),
  linkedDevice: linkedCounts.exactOptional(),
  lineage: z
    .looseObject({ history, failures: z.array(z.object({ atMs: z.number(), tag: z.string() })) })
    .exactOptional(),
  app: z.object({ version: z.string(), atMs: z.number() }).exactOptional(),
  caseKey: z.string().exactOptional(),
  sequence: z.number(),
  lastReceiptHash: z.string().exactOptional(),
  dueAt: instant.exactOptional(),
});

const outcome = z.enum(['real', 'spoof', 'uncertain', 'technical']);
const outcomeReason = z.enum(['mismatch', 'integrity']);

const session = z.looseObject({
  sessionId: z.string(),
  correlationId: z.string(),
  customerId: z.string(),
  clientKey: z.string(),
  kind: z.enum(['liveness', 'liveness-with-verify']),
  state: z.enum(['reserved', 'issued', 'closing', 'closed', 'released']),
  revoked: z.literal(true).exactOptional(),
  deviceKey: z.string().exactOptional(),
  appVersion: z.string().exactOptional(),
  attemptsAllowed: z.number(),
  reservedAt: instant,
  expiresAt: instant,
  faceSessionId: z.string().exactOptional(),
  result: z
    .looseObject({
      cause: z.enum(['completed', 'expired', 'deleted', 'replaced', 'revoked']),
      readAt: instant,
      attempts: z.array(
        z.looseObject({
          attemptId: z.number(),
          outcome,
          reason: outcomeReason.exactOptional(),
          errorCode: z.string().exactOptional(),
          digest: z.string().exactOptional(),
        }),
      ),
      verify: z.looseObject({ isIdentical: z.boolean(), matchConfidence: z.number() }).exactOptional(),
      lost: z.literal(true).exactOptional(),
      clientError: z.string().exactOptional(),
    })
    .exactOptional(),
  dueAt: instant.exactOptional(),
  failures: z.number().exactOptional(),
});

const ledger = z.object({
  key: z.string(),
  correlationId: z.string(),
  sessionId: z.string(),
  customerId: z.string(),
  type: z.enum(['attempt', 'session.abandoned', 'session.closed']),
  atMs: z.number(),
  attemptId: z.number().exactOptional(),
  attempts: z.number().exactOptional(),
  outcome: outcome.exactOptional(),
  reason: outcomeReason.exactOptional(),
  errorCode: z.string().exactOptional(),
  deviceKey: z.string().exactOptional(),
  appVersion: z.string().exactOptional(),
});

const event = z.looseObject({
  eventId: z.string(),
  type: z.enum(['session.completed', 'flag.raised', 'pause.started', 'pause.ended', 'correlation.reset']),
  correlationId: z.string(),
  customerId: z.string(),
  sequence: z.number(),
  at: instant,
  data: z.record(z.string(), z.unknown()),
  dueAt: instant.exactOptional(),
});

const customerEvent = z.looseObject({
  eventId: z.string(),
  type: z.enum(['customer.enforcement-changed', 'incident.opened', 'incident.closed']),
  customerId: z.string(),
  sequence: z.number(),
  at: instant,
  data: z.record(z.string(), z.unknown()),
  dueAt: instant.exactOptional(),
});

const flag = z.object({
  flagId: z.string(),
  correlationId: z.string(),
  customerId: z.string(),
  verdict,
  reasons: z.array(z.string()),
  caseKey: z.string(),
  incidentId: z.string().exactOptional(),
  at: instant,
  receipt: z.custom<Receipt>(),
});

const endUser = z.looseObject({
  endUserKey: z.string(),
  customerId: z.string(),
  correlationId: z.string(),
  generation: z.number(),
  lineage: z.array(z.object({ correlationId: z.string(), retiredAt: instant })),
});

const device = z.looseObject({
  deviceKey: z.string(),
  customerId: z.string(),
  history,
  caseKey: z.string().exactOptional(),
});

const customer = z.object({
  customerId: z.string(),
  name: z.string(),
  eligibility: z.enum(['eligible', 'suspended', 'terminated']),
  dailySessionQuota: z.number(),
  alternativePath: z.string(),
});

const resetDecision = z.looseObject({
  decisionId: z.string(),
  customerId: z.string(),
  kind: z.literal('reset'),
  correlationId: z.string(),
  newCorrelationId: z.string(),
  endUserKey: z.string(),
  decidedBy: z.string(),
  reason: z.string(),
  at: instant,
  doneAt: instant.exactOptional(),
  dueAt: instant.exactOptional(),
});

/** A document: a record with its place in a container, its kind and its life. */
interface DocumentKind<R> {
  document: (record: R) => Record<string, unknown> & { id: string };
  record: (document: unknown) => R;
}

export const documentKind = <R extends object>(options: {
  kind: string;
  schema: z.ZodType<R, object>;
  id: (record: R) => string;
  ttl?: (record: R) => number;
}): DocumentKind<R> => ({
  document: (record) => ({
    ...options.schema.encode(record),
    id: options.id(record),
    documentKind: options.kind,
    schemaVersion: SCHEMA_VERSION,
    ...(options.ttl && { ttl: options.ttl(record) }),
  }),
  record: (document) => options.schema.decode(withoutEnvelope(document)),
});

/** What Cosmos DB and the envelope add to a record. */
const ENVELOPE = ['id', 'documentKind', 'schemaVersion', 'ttl', '_rid', '_self', '_etag', '_attachments', '_ts'];

const withoutEnvelope = (document: unknown): object => {
  if (typeof document !== 'object' || document === null) throw new Error('a document is not an object');
  return Object.fromEntries(Object.entries(document).filter(([name]) => !ENVELOPE.includes(name)));
};

export const CORRELATION_ID = 'history';
export const sessionDocumentId = (sessionId: string): string => `session:${sessionId}`;
/** A ledger key has a slash, which a document id must not have. */
export const ledgerDocumentId = (key: string): string => `attempt:${key.replace('/', ':')}`;
export const eventDocumentId = (eventId: string): string => `event:${eventId}`;
export const flagDocumentId = (flagId: string): string => `flag:${flagId}`;

export const correlationDocuments = documentKind<CorrelationRecord>({
  kind: 'history',
  schema: correlation,
  id: () => CORRELATION_ID,
  // What blocks somebody, or must never come back, is not forgotten by silence.
  ttl: ({ status, verdicts }) =>
    status === 'active' && !verdicts.some(({ audit, pauseEnded }) => audit !== true && pauseEnded !== true)
      ? TTL_SECONDS.activeCorrelation
      : NEVER_EXPIRES,
});

export const sessionDocuments = documentKind<SessionRecord>({
  kind: 'session',
  schema: session,
  id: ({ sessionId }) => sessionDocumentId(sessionId),
  ttl: () => TTL_SECONDS.session,
});

export const ledgerDocuments = documentKind<LedgerRecord>({
  kind: 'attempt',
  schema: ledger,
  id: ({ key }) => ledgerDocumentId(key),
  ttl: () => TTL_SECONDS.ledger,
});

export const eventDocuments = documentKind<EventRecord>({
  kind: 'event',
  schema: event,
  id: ({ eventId }) => eventDocumentId(eventId),
  ttl: ({ dueAt }) => (dueAt === undefined ? TTL_SECONDS.publishedEvent : NEVER_EXPIRES),
});

export const flagDocuments = documentKind<FlagRecord>({
  kind: 'flag',
  schema: flag,
  id: ({ flagId }) => flagDocumentId(flagId),
  ttl: () => TTL_SECONDS.flag,
});

export const endUserDocuments = documentKind<EndUserRecord>({
  kind: 'end-user',
  schema: endUser,
  id: () => 'end-user',
});

export const deviceDocuments = documentKind<DeviceRecord>({
  kind: 'device',
  schema: device,
  id: () => 'history',
});

export const customerDocuments = documentKind<CustomerRecord>({
  kind: 'customer',
  schema: customer,
  id: () => 'customer',
  ttl: () => NEVER_EXPIRES,
});

export const decisionDocuments = documentKind<ResetDecision>({
  kind: 'decision',
  schema: resetDecision,
  id: ({ decisionId }) => `decision:${decisionId}`,
  ttl: () => NEVER_EXPIRES,
});

export const customerEventDocuments = documentKind<CustomerEventRecord>({
  kind: 'event',
  schema: customerEvent,
  id: ({ eventId }) => eventDocumentId(eventId),
  ttl: ({ dueAt }) => (dueAt === undefined ? TTL_SECONDS.publishedEvent : NEVER_EXPIRES),
});

// What subscribers of topic `abuse-events` get: CloudEvents 1.0, structured mode. `sequence` is gap-free for each
// `subject` (correlation id, or customer), so a subscriber sees what it has missed and can put in order what overtook.

import * as z from 'zod';
import type { OutboxEvent } from '../application/customer-events.ts';
import { patternNames } from '../domain/patterns/pattern-names.ts';

export const CLOUD_EVENTS_CONTENT_TYPE = 'application/cloudevents+json';
const SOURCE = '/liveness-abuse-monitor';

const attributes = {
  specversion: z.literal('1.0'),
  id: z.uuid().describe('Stable: a repetition of an event has the id of the first.'),
  source: z.literal(SOURCE),
  subject: z.uuid().describe('The correlation id.'),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  sequence: z.int().min(1).describe('Number of the event for its subject: from 1, without gaps.'),
  customerid: z.string().min(1),
};

const customerAttributes = { ...attributes, subject: z.string().min(1).describe('The customer id.') };

const verdictData = {
  flagId: z.uuid(),
  pattern: z.enum(patternNames),
  scope: z
    .enum(['correlation', 'device'])
    .describe('Everything of this id, or only devices on which the person has not passed before.'),
  caseKey: z.string().describe('Ids that were abused from the same devices share it.'),
  incidentId: z
    .string()
    .optional()
    .describe('An incident that is open for the version of the app: such a flag does not count against the customer.'),
  reasons: z.array(z.string()).describe('Sentences for people.'),
  statistic: z.number().describe('What the pattern measured.'),
  limit: z.number().describe('What it was measured against.'),
};

const incidentData = {
  incidentId: z.string().describe('The same in both events of an incident.'),
  pattern: z.enum([
    'incident-failure-drift',
    'incident-breadth-first',
    'incident-correlation-id-per-session',
    'incident-correlation-id-shared',
  ]),
  appVersion: z.string().optional().describe('The version that fails.'),
  failureKind: z.enum(['capture', 'spoof']).optional().describe('What the version fails at.'),
  correlationId: z.string().optional().describe('The identifier that many devices share.'),
  openedAt: z.iso.datetime(),
  statistic: z.number().describe('What the pattern measured when the incident opened.'),
  limit: z.number().describe('What it was measured against.'),
  reason: z.string().describe('A sentence for people.'),
};

/** One schema an event type: the key is `type`. `npm run schemas` writes them as JSON Schema. */
export const cloudEvents = {
  'session.completed': z.object({
    ...attributes,
    type: z.literal('session.completed'),
    data: z.object({
      sessionId: z.string(),
      result: z.enum(['passed', 'not-passed', 'no-attempt']),
      attempts: z.int().min(0),
    }),
  }),
  'flag.raised': z.object({ ...attributes, type: z.literal('flag.raised'), data: z.object(verdictData) }),
  'pause.started': z.object({
    ...attributes,
    type: z.literal('pause.started'),
    data: z.object({ ...verdictData, until: z.iso.datetime() }),
  }),
  'pause.ended': z.object({
    ...attributes,
    type: z.literal('pause.ended'),
    data: z.object({ flagId: z.uuid() }),
  }),
  'correlation.reset': z.object({
    ...attributes,
    type: z.literal('correlation.reset'),
    data: z.object({ newCorrelationId: z.uuid() }),
  }),
  'customer.enforcement-changed': z.object({
    ...customerAttributes,
    type: z.literal('customer.enforcement-changed'),
    data: z.object({
      enforced: z.boolean().describe('False: what is found is recorded, and blocks nobody. Budgets hold all the same.'),
      appVersion: z.string().optional().describe('Absent: all versions.'),
      until: z.iso.datetime().optional().describe('When enforcement comes back by itself.'),
      because: z.enum(['decided', 'ended']).describe('A person said so, or the time was over.'),
    }),
  }),
  'incident.opened': z.object({
    ...customerAttributes,
    type: z.literal('incident.opened'),
    data: z.object(incidentData),
  }),
  'incident.closed': z.object({
    ...customerAttributes,
    type: z.literal('incident.closed'),
    data: z.object({ ...incidentData, closedAt: z.iso.datetime() }),
  }),
} satisfies Record<OutboxEvent['type'], z.ZodType>;

export const cloudEvent = z.discriminatedUnion('type', [
  cloudEvents['session.completed'],
  cloudEvents['flag.raised'],
  cloudEvents['pause.started'],
  cloudEvents['pause.ended'],
  cloudEvents['correlation.reset'],
  cloudEvents['customer.enforcement-changed'],
  cloudEvents['incident.opened'],
  cloudEvents['incident.closed'],
]);

export type CloudEvent = z.infer<typeof cloudEvent>;

/** Whose outbox the event comes from, and whose numbers it counts in. */
export const subjectOf = (event: OutboxEvent): string =>
  'correlationId' in event ? event.correlationId : event.customerId;

/** Throws when what was stored does not fit the published schema: that would be our mistake. */
export const cloudEventOf = (event: OutboxEvent): CloudEvent =>
  cloudEvent.parse({
    specversion: '1.0',
    id: event.eventId,
    source: SOURCE,
    type: event.type,
    subject: subjectOf(event),
    time: event.at.toISOString(),
    datacontenttype: 'application/json',
    sequence: event.sequence,
    customerid: event.customerId,
    data: event.data,
  });

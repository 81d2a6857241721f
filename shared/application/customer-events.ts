// Events about a customer wait in the customer's own outbox, numbered apart from those of correlation ids.

import type { EventRecord } from './records.ts';

export type CustomerEventType = 'customer.enforcement-changed' | 'incident.opened' | 'incident.closed';

/** An event in the outbox of its customer. `sequence` is gap-free for the customer. */
export interface CustomerEventRecord {
  eventId: string;
  type: CustomerEventType;
  customerId: string;
  sequence: number;
  at: Date;
  data: Record<string, unknown>;
  /** When the sweep has to publish it; absent once published. */
  dueAt?: Date;
}

/** Whatever an outbox holds. */
export type OutboxEvent = EventRecord | CustomerEventRecord;

/** Number of the newest event of a customer as it was read. Without a version: there is none yet. */
export interface EventSequence {
  newest: number;
  version?: string;
}

/** Belongs into the batch of the change that it tells of; the batch fails when another event came after `after`. */
export interface RaisedEvents {
  after: EventSequence;
  events: readonly CustomerEventRecord[];
}

/** They are published right after the commit; the sweep takes those that this did not reach. */
const PUBLISH_GRACE_SECONDS = 30;

export const raiseEvents = (
  customerId: string,
  after: EventSequence,
  told: readonly Pick<CustomerEventRecord, 'type' | 'data'>[],
  now: Date,
  randomness: { uuid(): string },
): RaisedEvents => ({
  after,
  events: told.map(({ type, data }, index) => ({
    eventId: randomness.uuid(),
    type,
    customerId,
    sequence: after.newest + index + 1,
    at: now,
    data,
    dueAt: new Date(now.getTime() + PUBLISH_GRACE_SECONDS * 1000),
  })),
});

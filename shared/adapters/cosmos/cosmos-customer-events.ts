import type { Container, OperationInput } from '@azure/cosmos';
import * as z from 'zod';
import type { CustomerEventRecord, EventSequence, RaisedEvents } from '../../application/customer-events.ts';
import type { CustomerEvents } from '../../application/ports.ts';
import { creation, writing } from './commit-batch.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf } from './cosmos-errors.ts';
import { customerEventDocuments, documentKind, NEVER_EXPIRES } from './documents.ts';
import { markPublishedIn } from './mark-published.ts';
import { readItem } from './single-items.ts';

const PAGE_SIZE = 20;
const SEQUENCE = 'events';

const sequenceDocuments = documentKind<{ customerId: string; newest: number }>({
  kind: 'event-sequence',
  schema: z.looseObject({ customerId: z.string(), newest: z.int().min(0) }),
  id: () => SEQUENCE,
  ttl: () => NEVER_EXPIRES,
});

/** Beside the customer: whatever is stored about one customer can be one transactional batch with its events. */
export class CosmosCustomerEvents implements CustomerEvents {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('customers');
  }

  async sequence(customerId: string): Promise<EventSequence> {
    const found = await readItem(this.#container.item(SEQUENCE, customerId), this.#database);
    if (found === undefined) return { newest: 0 };
    const { customerId: _customer, ...sequence } = sequenceDocuments.record(found.record);
    return { ...sequence, version: found.version };
  }

  async dueEvents(now: Date): Promise<CustomerEventRecord[]> {
    const query = {
      query: "SELECT * FROM c WHERE c.documentKind = 'event' AND c.dueAt <= @now",
      parameters: [{ name: '@now', value: now.toISOString() }],
    };
    const answer = await answerOf('due events of customers could not be read', () =>
      this.#container.items.query(query, { maxItemCount: PAGE_SIZE, ...this.#database.options() }).fetchNext(),
    );
    const resources = 'value' in answer ? (answer.value.resources as unknown[] | undefined) : undefined;
    return (resources ?? []).map((document) => customerEventDocuments.record(document));
  }

  markPublished(customerId: string, eventIds: readonly string[]): Promise<void> {
    return markPublishedIn(this.#container, this.#database, customerId, eventIds);
  }
}

/** The part of a batch in a customer's partition that raises events. */
export const raisingOperations = (customerId: string, { after, events }: RaisedEvents): OperationInput[] => {
  const { version, ...sequence } = after;
  const numbered = sequenceDocuments.document({ ...sequence, customerId, newest: after.newest + events.length });
  return [writing(numbered, version), ...events.map((event) => creation(customerEventDocuments.document(event)))];
};

import { type Container, PatchOperationType } from '@azure/cosmos';
import * as z from 'zod';
import type { CustomerWatches } from '../../application/ports.ts';
import type { Versioned } from '../../application/records.ts';
import { type CustomerWatchChange, type CustomerWatchRecord, newWatchRecord } from '../../application/watch-records.ts';
import type { CustomerWatch } from '../../domain/incidents/customer-watch.ts';
import { commitBatch, writing } from './commit-batch.ts';
import { raisingOperations } from './cosmos-customer-events.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, HTTP } from './cosmos-errors.ts';
import { documentKind, instant, NEVER_EXPIRES } from './documents.ts';
import { createItem, readItem } from './single-items.ts';

const PAGE_SIZE = 20;
const DOCUMENT = 'watch';

const customerWatch = z.looseObject({
  customerId: z.string(),
  watch: z.custom<CustomerWatch>((value) => typeof value === 'object' && value !== null),
  countedUntil: instant,
  dueAt: instant.exactOptional(),
});

const watchDocuments = documentKind<CustomerWatchRecord>({
  kind: DOCUMENT,
  schema: customerWatch,
  id: () => DOCUMENT,
  ttl: () => NEVER_EXPIRES,
});

/** Beside the customer, so that a watch and the events of its incidents are one batch. */
export class CosmosCustomerWatches implements CustomerWatches {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('customers');
  }

  async find(customerId: string): Promise<Versioned<CustomerWatchRecord> | undefined> {
    const item = this.#container.item(DOCUMENT, customerId);
    const found = await readItem(item, this.#database, { consistencyLevel: 'Strong' });
    return found && { record: watchDocuments.record(found.record), version: found.version };
  }

  async markDue(customerId: string, dueAt: Date): Promise<void> {
    const text = JSON.stringify(dueAt.toISOString());
    const mark = () => this.#setDueAt(customerId, dueAt, `from c where not is_defined(c.dueAt) or c.dueAt > ${text}`);
    if ((await mark()) !== HTTP.notFound) return;
    const first = watchDocuments.document(newWatchRecord(customerId, dueAt));
    if (!(await createItem(this.#container, first, this.#database))) await mark();
  }

  async postpone(customerId: string, dueAt: Date): Promise<void> {
    await this.#setDueAt(customerId, dueAt);
  }

  save({ record, version, raised }: CustomerWatchChange): Promise<boolean> {
    const operations = [
      writing(watchDocuments.document(record), version),
      ...(raised === undefined ? [] : raisingOperations(record.customerId, raised)),
    ];
    return commitBatch(this.#container, record.customerId, operations, this.#database);
  }

  async due(now: Date): Promise<string[]> {
    const query = {
      query: 'SELECT VALUE c.customerId FROM c WHERE c.documentKind = @kind AND c.dueAt <= @now',
      parameters: [
        { name: '@kind', value: DOCUMENT },
        { name: '@now', value: now.toISOString() },
      ],
    };
    const answer = await answerOf('due watches of customers could not be read', () =>
      this.#container.items.query(query, { maxItemCount: PAGE_SIZE, ...this.#database.options() }).fetchNext(),
    );
    const resources = 'value' in answer ? (answer.value.resources as unknown[] | undefined) : undefined;
    return (resources ?? []).map(String);
  }

  /** The status when there is nothing to set it at, or no need. */
  async #setDueAt(customerId: string, dueAt: Date, condition?: string): Promise<number | undefined> {
    const operations = [{ op: PatchOperationType.set, path: '/dueAt', value: dueAt.toISOString() }];
    const answer = await answerOf(
      'a customer was not marked to be looked at',
      () =>
        this.#container
          .item(DOCUMENT, customerId)
          .patch({ operations, ...(condition !== undefined && { condition }) }, this.#database.options()),
      [HTTP.notFound, HTTP.preconditionFailed],
    );
    return 'status' in answer ? answer.status : undefined;
  }
}

import { type Container, PatchOperationType } from '@azure/cosmos';
import type { Customers } from '../../application/ports.ts';
import type { CustomerRecord } from '../../application/records.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, HTTP } from './cosmos-errors.ts';
import { customerDocuments, SCHEMA_VERSION, TTL_SECONDS } from './documents.ts';
import { createItem, readItem } from './single-items.ts';

export class CosmosCustomers implements Customers {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('customers');
  }

  async find(customerId: string): Promise<CustomerRecord | undefined> {
    const item = this.#container.item('customer', customerId);
    // A suspension must hold for every request that begins after it, whichever replica answers.
    const found = await readItem(item, this.#database, { consistencyLevel: 'Strong' });
    return found && customerDocuments.record(found.record);
  }

  async takeQuota(customer: CustomerRecord, now: Date): Promise<boolean> {
    const { customerId, dailySessionQuota } = customer;
    if (dailySessionQuota < 1) return false;
    const id = quotaId(now);
    const take = () =>
      answerOf(
        'the quota of a customer was not counted',
        () =>
          this.#container.item(id, customerId).patch(
            {
              condition: `from c where c.used < ${JSON.stringify(dailySessionQuota)}`,
              operations: [{ op: PatchOperationType.incr, path: '/used', value: 1 }],
            },
            this.#database.options(),
          ),
        [HTTP.notFound, HTTP.preconditionFailed],
      );

    const taken = await take();
    if ('value' in taken) return true;
    if (taken.status === HTTP.preconditionFailed) return false;
    const first = {
      id,
      customerId,
      documentKind: 'quota',
      schemaVersion: SCHEMA_VERSION,
      used: 1,
      ttl: TTL_SECONDS.quota,
    };
    if (await createItem(this.#container, first, this.#database)) return true;
    return 'value' in (await take());
  }

  async giveQuotaBack({ customerId }: CustomerRecord, takenAt: Date): Promise<void> {
    await answerOf(
      'the quota of a customer was not given back',
      () =>
        this.#container.item(quotaId(takenAt), customerId).patch(
          {
            condition: 'from c where c.used > 0',
            operations: [{ op: PatchOperationType.incr, path: '/used', value: -1 }],
          },
          this.#database.options(),
        ),
      [HTTP.notFound, HTTP.preconditionFailed],
    );
  }
}

const quotaId = (at: Date): string => `quota:${at.toISOString().slice(0, 10)}`;

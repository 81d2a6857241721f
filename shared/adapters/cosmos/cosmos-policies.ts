import type { Container } from '@azure/cosmos';
import type { AuditHead } from '../../application/audit.ts';
import type {
  ActivePolicyChange,
  ActivePolicyRecord,
  CustomerPolicyChange,
  CustomerPolicyRecord,
  PolicyAuditEntry,
} from '../../application/policy-records.ts';
import type { PolicyStore } from '../../application/ports.ts';
import type { Versioned } from '../../application/records.ts';
import type { Policy } from '../../domain/policy.ts';
import { commitBatch, creation, writing } from './commit-batch.ts';
import { raisingOperations } from './cosmos-customer-events.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf } from './cosmos-errors.ts';
import {
  ACTIVE,
  activePolicyDocuments,
  auditEntryDocuments,
  auditEntryId,
  CUSTOMER_POLICY_ID,
  CUSTOMER_POLICY_KIND,
  customerPolicyDocuments,
  storedPolicyDocuments,
  storedPolicyId,
} from './policy-documents.ts';
import { createItem, readItem, type Document } from './single-items.ts';

const PAGE_SIZE = 20;

/**
 *   policies   policy:<hash>   immutable           customers   <customer>   policy     override, enforcement
 *              active          active ─▶ <hash>                             audit:<n>
 *                              audit:<n>                                    event:<id>, events
 */
export class CosmosPolicies implements PolicyStore {
  readonly #policies: Container;
  readonly #customers: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#policies = database.container('policies');
    this.#customers = database.container('customers');
  }

  async findActive(): Promise<Versioned<ActivePolicyRecord> | undefined> {
    const found = await this.#read(this.#policies, ACTIVE, ACTIVE);
    if (found === undefined) return undefined;
    const { policyId: _partition, ...record } = activePolicyDocuments.record(found.record);
    return { record, version: found.version };
  }

  async findPolicy(policyHash: string): Promise<Policy | undefined> {
    const id = storedPolicyId(policyHash);
    const found = await this.#read(this.#policies, id, id);
    return found && storedPolicyDocuments.record(found.record).policy;
  }

  async storePolicy(policyHash: string, policy: Policy): Promise<void> {
    const document = storedPolicyDocuments.document({ policyId: storedPolicyId(policyHash), policy });
    await createItem(this.#policies, document, this.#database);
  }

  changeActive({ record, version, entry }: ActivePolicyChange): Promise<boolean> {
    const operations = [
      writing(activePolicyDocuments.document({ ...record, policyId: ACTIVE }), version),
      creation(auditEntryDocuments.document({ ...entry, policyId: ACTIVE })),
    ];
    return commitBatch(this.#policies, ACTIVE, operations, this.#database);
  }

  async findCustomer(customerId: string): Promise<Versioned<CustomerPolicyRecord> | undefined> {
    const found = await this.#read(this.#customers, CUSTOMER_POLICY_ID, customerId);
    return found && { record: customerPolicyDocuments.record(found.record), version: found.version };
  }

  changeCustomer({ record, version, entry, raised }: CustomerPolicyChange): Promise<boolean> {
    const { customerId } = record;
    const operations = [
      writing(customerPolicyDocuments.document(record), version),
      creation(auditEntryDocuments.document({ ...entry, customerId })),
      ...(raised === undefined ? [] : raisingOperations(customerId, raised)),
    ];
    return commitBatch(this.#customers, customerId, operations, this.#database);
  }

  async customersWithOverride(): Promise<CustomerPolicyRecord[]> {
    const query = {
      query: 'SELECT * FROM c WHERE c.documentKind = @kind',
      parameters: [{ name: '@kind', value: CUSTOMER_POLICY_KIND }],
    };
    const answer = await answerOf('the policies of customers could not be read', () =>
      this.#customers.items.query(query, this.#database.options()).fetchAll(),
    );
    return recordsOf(answer).filter(({ override }) => override !== undefined);
  }

  async dueCustomers(now: Date): Promise<CustomerPolicyRecord[]> {
    const query = {
      query: 'SELECT * FROM c WHERE c.documentKind = @kind AND c.dueAt <= @now',
      parameters: [
        { name: '@kind', value: CUSTOMER_POLICY_KIND },
        { name: '@now', value: now.toISOString() },
      ],
    };
    const answer = await answerOf('due policies of customers could not be read', () =>
      this.#customers.items.query(query, { maxItemCount: PAGE_SIZE, ...this.#database.options() }).fetchNext(),
    );
    return recordsOf(answer);
  }

  async findEntries({ number: newest }: AuditHead, customerId?: string): Promise<PolicyAuditEntry[]> {
    const [container, partition] = customerId === undefined ? [this.#policies, ACTIVE] : [this.#customers, customerId];
    const numbers = Array.from({ length: Math.min(newest, PAGE_SIZE) }, (_, index) => newest - index);
    const found = await Promise.all(numbers.map((number) => this.#read(container, auditEntryId(number), partition)));
    return found.flatMap((versioned) => {
      if (versioned === undefined) return [];
      const { policyId: _active, customerId: _customer, ...entry } = auditEntryDocuments.record(versioned.record);
      return [entry];
    });
  }

  /** A stale pointer would judge by an old policy for longer than a reader may keep it. */
  #read(container: Container, id: string, partition: string): Promise<Versioned<Document> | undefined> {
    return readItem(container.item(id, partition), this.#database, { consistencyLevel: 'Strong' });
  }
}

const recordsOf = (answer: { value: { resources: unknown } } | { status: number }): CustomerPolicyRecord[] => {
  const resources = 'value' in answer ? (answer.value.resources as unknown[] | undefined) : undefined;
  return (resources ?? []).map((document) => customerPolicyDocuments.record(document));
};

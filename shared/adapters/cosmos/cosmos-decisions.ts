import type { Container } from '@azure/cosmos';
import type { Decisions } from '../../application/ports.ts';
import type { ResetDecision, Versioned } from '../../application/records.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf } from './cosmos-errors.ts';
import { decisionDocuments } from './documents.ts';
import { createItem, readItem, replaceItem } from './single-items.ts';

const PAGE_SIZE = 20;

export class CosmosDecisions implements Decisions {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('customers');
  }

  create(decision: ResetDecision): Promise<boolean> {
    return createItem(this.#container, decisionDocuments.document(decision), this.#database);
  }

  async find(customerId: string, decisionId: string): Promise<Versioned<ResetDecision> | undefined> {
    const item = this.#container.item(`decision:${decisionId}`, customerId);
    // Whoever asks has seen what it has brought about, so it is there.
    const found = await readItem(item, this.#database, { consistencyLevel: 'Strong' });
    return found && { record: decisionDocuments.record(found.record), version: found.version };
  }

  update({ record, version }: Versioned<ResetDecision>): Promise<boolean> {
    const item = this.#container.item(`decision:${record.decisionId}`, record.customerId);
    return replaceItem(item, decisionDocuments.document(record), version, this.#database);
  }

  async due(now: Date): Promise<Versioned<ResetDecision>[]> {
    const query = {
      query: "SELECT * FROM c WHERE c.documentKind = 'decision' AND c.dueAt <= @now",
      parameters: [{ name: '@now', value: now.toISOString() }],
    };
    const answer = await answerOf('due decisions could not be read', () =>
      this.#container.items.query(query, { maxItemCount: PAGE_SIZE, ...this.#database.options() }).fetchNext(),
    );
    const resources = 'value' in answer ? (answer.value.resources as { _etag: string }[] | undefined) : undefined;
    return (resources ?? []).map((document) => ({
      record: decisionDocuments.record(document),
      version: document._etag,
    }));
  }
}

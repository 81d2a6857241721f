import type { Container, RequestOptions } from '@azure/cosmos';
import type { EndUsers } from '../../application/ports.ts';
import type { EndUserRecord, Versioned } from '../../application/records.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { endUserDocuments } from './documents.ts';
import { createItem, readItem, replaceItem } from './single-items.ts';

const DOCUMENT = 'end-user';

export class CosmosEndUsers implements EndUsers {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('end-users');
  }

  find(endUserKey: string): Promise<Versioned<EndUserRecord> | undefined> {
    return this.#read(endUserKey, {});
  }

  findNewest(endUserKey: string): Promise<Versioned<EndUserRecord> | undefined> {
    return this.#read(endUserKey, { consistencyLevel: 'Strong' });
  }

  async #read(endUserKey: string, options: RequestOptions): Promise<Versioned<EndUserRecord> | undefined> {
    const found = await readItem(this.#container.item(DOCUMENT, endUserKey), this.#database, options);
    return found && { record: endUserDocuments.record(found.record), version: found.version };
  }

  create(record: EndUserRecord): Promise<boolean> {
    return createItem(this.#container, endUserDocuments.document(record), this.#database);
  }

  replace({ record, version }: Versioned<EndUserRecord>): Promise<boolean> {
    const item = this.#container.item(DOCUMENT, record.endUserKey);
    return replaceItem(item, endUserDocuments.document(record), version, this.#database);
  }
}

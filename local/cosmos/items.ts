// The operations on single items, each for one partition at one moment. Every refusal is thrown as a CosmosError; the
// caller's transaction takes back what was written before it.

import type { Container } from './catalog.ts';
import { checkTtl } from './container-definition.ts';
import { effectivePartitionKey } from './effective-partition-key.ts';
import { badRequest, conflict, CosmosError, preconditionFailed, tooLarge } from './errors.ts';
import type { ItemRow, ItemTable } from './item-table.ts';
import { getProperty, isDeeperThan, isObject, type Json, type JsonObject, parseJson, utf8Bytes } from './json.ts';
import { applyPatch, type Patch } from './patch.ts';
import { partitionKeyMismatch, partitionKeyOf, type PartitionKeyValue, partitionText } from './partition-key.ts';
import {
  createCharge,
  deleteCharge,
  patchCharge,
  readCharge,
  replaceCharge,
  smallestCharge,
  type Weight,
} from './request-charge.ts';
import { itemEtag, itemRid } from './resource-ids.ts';
import { conditionProgramOf } from './sql/program.ts';
import { runQuery } from './query.ts';

export interface ItemResult {
  status: 200 | 201 | 204 | 304;
  charge: number;
  etag?: string;
  /** JSON text of the whole item. */
  body?: string;
}

export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

const deepestNesting = 128;
const largestItemBytes = 2 * 1024 * 1024;
const systemProperties = ['_rid', '_self', '_etag', '_attachments', '_ts'];

export class PartitionItems {
  readonly #table: ItemTable;
  readonly #container: Container;
  readonly #key: PartitionKeyValue;
  readonly #partition: string;
  readonly #nowSeconds: number;
  readonly #readFactor: number;

  constructor(
    table: ItemTable,
    container: Container,
    key: PartitionKeyValue,
    moment: { nowSeconds: number; readFactor: number },
  ) {
    this.#table = table;
    this.#container = container;
    this.#key = key;
    this.#partition = partitionText(key);
    this.#nowSeconds = moment.nowSeconds;
    this.#readFactor = moment.readFactor;
  }

  create(body: Json | undefined): ItemResult {
    const { id, document } = this.#check(body);
    const existing = this.#find(id);
    if (existing !== undefined) {
      throw conflict('Entity with the specified id already exists in the system.', readCharge(existing.bytes));
    }
    return this.#insert(id, document);
  }

  upsert(body: Json | undefined, { ifMatch, ifNoneMatch }: Conditions): ItemResult {
    const { id, document } = this.#check(body);
    const existing = this.#find(id);
    if (existing === undefined) return this.#insert(id, document);
    requireMatch(existing, ifMatch);
    if (ifNoneMatch === '*') throw stale(existing);
    return this.#update(existing, document, replaceCharge);
  }

  read(id: string, { ifNoneMatch }: Conditions): ItemResult {
    const { etag, bytes, body } = this.#existing(id);
    if (ifNoneMatch === etag || ifNoneMatch === '*') return { status: 304, charge: smallestCharge, etag };
    return { status: 200, charge: readCharge(bytes) * this.#readFactor, etag, body };
  }

  replace(id: string, body: Json | undefined, { ifMatch }: Conditions): ItemResult {
    const checked = this.#check(body);
    if (checked.id !== id) throw badRequest('Replacing cannot change the id of an item.');
    const existing = this.#existing(id);
    requireMatch(existing, ifMatch);
    return this.#update(existing, checked.document, replaceCharge);
  }

  patch(id: string, { condition, operations }: Patch, { ifMatch }: Conditions): ItemResult {
    const program = condition === undefined ? undefined : conditionProgramOf(condition);
    const existing = this.#existing(id);
    requireMatch(existing, ifMatch);
    if (program !== undefined) {
      const { indexing } = this.#container;
      const { results } = runQuery({
        program,
        parameters: new Map(),
        items: () => [existing],
        indexing,
        maxItemCount: 1,
        continuation: undefined,
      });
      if (results.length === 0) throw stale(existing);
    }
    const document = parseJson(existing.body) as JsonObject;
    applyPatch(document, operations, this.#container.partitionKeyPath);
    const { document: checked } = this.#check(document);
    return this.#update(existing, checked, (before, after) => patchCharge(before, after, operations.length));
  }

  delete(id: string, { ifMatch }: Conditions): ItemResult {
    const existing = this.#existing(id);
    requireMatch(existing, ifMatch);
    this.#table.delete(existing.sequence);
    this.#table.nextLsn(this.#container.key);
    return { status: 204, charge: deleteCharge(this.#weight(existing)) };
  }

  #find(id: string): ItemRow | undefined {
    return this.#table.find(this.#container.key, this.#partition, id);
  }

  #existing(id: string): ItemRow {
    const row = this.#find(id);
    if (row !== undefined) return row;
    throw new CosmosError(404, 'Entity with the specified id does not exist in the system.', {
      requestCharge: smallestCharge,
    });
  }

  #check(body: Json | undefined): { id: string; document: JsonObject } {
    if (!isObject(body)) throw badRequest('The item must be a JSON object.');
    const id = getProperty(body, 'id');
    if (typeof id !== 'string' || id === '' || utf8Bytes(id) > 1023 || /[/\\]/.test(id)) {
      throw badRequest('The id of an item must be a text of 1 to 1023 bytes without / and \\.');
    }
    if (isDeeperThan(body, deepestNesting)) {
      throw badRequest(`An item can be nested ${deepestNesting} levels deep at most.`);
    }
    const ttl = getProperty(body, 'ttl');
    if (ttl !== undefined) checkTtl(ttl);
    if (partitionText(partitionKeyOf(body, this.#container.partitionKeyPath)) !== this.#partition) {
      throw partitionKeyMismatch();
    }
    return { id, document: body };
  }

  #insert(id: string, document: JsonObject): ItemResult {
    const sequence = this.#table.nextSequence();
    const row = this.#row(sequence, id, document);
    this.#table.insert(sequence, row);
    return { status: 201, charge: createCharge(this.#weight(row)), etag: row.etag, body: row.body };
  }

  #update(existing: ItemRow, document: JsonObject, charge: (before: Weight, after: Weight) => number): ItemResult {
    const row = this.#row(existing.sequence, existing.id, document);
    this.#table.update(existing.sequence, row);
    return {
      status: 200,
      charge: charge(this.#weight(existing), this.#weight(row)),
      etag: row.etag,
      body: row.body,
    };
  }

  #row(sequence: number, id: string, document: JsonObject): Parameters<ItemTable['insert']>[1] {
    const { key: container, rid: containerRid, defaultTtl } = this.#container;
    const rid = itemRid(containerRid, sequence);
    const lsn = this.#table.nextLsn(container);
    const etag = itemEtag(container, lsn);
    const ts = this.#nowSeconds;
    const own = Object.fromEntries(Object.entries(document).filter(([name]) => !systemProperties.includes(name)));
    const body = JSON.stringify({
      ...own,
      _rid: rid,
      _self: `${this.#container.definition._self as string}docs/${rid}/`,
      _etag: etag,
      _attachments: 'attachments/',
      _ts: ts,
    });
    const bytes = utf8Bytes(body);
    if (bytes > largestItemBytes) throw tooLarge('Request size is too large: an item can have 2 MB at most.');
    const ttl = (getProperty(document, 'ttl') as number | undefined) ?? null;
    const life = defaultTtl === undefined ? -1 : (ttl ?? defaultTtl);
    return {
      id,
      container,
      partition: this.#partition,
      epk: effectivePartitionKey(this.#key),
      etag,
      ts,
      ttl,
      expires: life === -1 ? null : ts + life,
      lsn,
      bytes,
      body,
    };
  }

  #weight({ bytes, body }: { bytes: number; body: string }): Weight {
    return { bytes, terms: this.#container.indexing.terms(parseJson(body) as JsonObject) };
  }
}

const requireMatch = (existing: ItemRow, ifMatch: string | undefined): void => {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== existing.etag) throw stale(existing);
};

const stale = ({ bytes }: ItemRow): CosmosError =>
  preconditionFailed(
    'Operation cannot be performed because one of the specified precondition is not met.',
    readCharge(bytes),
  );

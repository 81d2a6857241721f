// Databases and containers: their definitions, stored as the JSON that is answered.

import type { Store } from './store.ts';
import { badRequest, conflict, notFound, ownerNotFound } from './errors.ts';
import { getProperty, type JsonObject, parseJson } from './json.ts';
import { IndexingPolicy } from './indexing-policy.ts';
import { containerDefinition, containerReplacement } from './container-definition.ts';
import { createPathIndexes, dropPathIndexes } from './path-indexes.ts';
import { parsePropertyPath } from './property-path.ts';
import { containerRid, databaseRid } from './resource-ids.ts';

export interface Database {
  key: number;
  id: string;
  definition: JsonObject;
}

export interface Container {
  key: number;
  id: string;
  /** `database/container`, the name in counters and rules. */
  name: string;
  rid: string;
  partitionKeyPath: readonly string[];
  /** Absent: items of this container do not expire, whatever they say. */
  defaultTtl: number | undefined;
  indexing: IndexingPolicy;
  definition: JsonObject;
}

interface Row {
  key: number;
  id: string;
  definition: string;
}

export class Catalog {
  readonly #store: Store;
  readonly #newId: () => string;
  readonly #containers = new Map<string, Container>();

  constructor(store: Store, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
  }

  databases(): Database[] {
    const rows = this.#store.database.prepare('SELECT key, id, definition FROM databases ORDER BY key').all();
    return (rows as unknown as Row[]).map(toDatabase);
  }

  database(id: string): Database {
    const row = this.#store.database.prepare('SELECT key, id, definition FROM databases WHERE id = ?').get(id);
    if (row === undefined) throw notFound(`Database "${id}".`);
    return toDatabase(row as unknown as Row);
  }

  createDatabase(body: JsonObject, nowSeconds: number): Database {
    const id = resourceId(body);
    const { database } = this.#store;
    if (database.prepare('SELECT 1 FROM databases WHERE id = ?').get(id) !== undefined) {
      throw conflict(`Database "${id}" already exists.`);
    }
    const { lastInsertRowid } = database.prepare(`INSERT INTO databases (id, definition) VALUES (?, '')`).run(id);
    const key = Number(lastInsertRowid);
    const rid = databaseRid(key);
    const definition = {
      id,
      _rid: rid,
      _self: `dbs/${rid}/`,
      _etag: this.#newEtag(),
      _colls: 'colls/',
      _users: 'users/',
      _ts: nowSeconds,
    };
    database.prepare('UPDATE databases SET definition = ? WHERE key = ?').run(JSON.stringify(definition), key);
    return { key, id, definition };
  }

  deleteDatabase(id: string): void {
    const { key } = this.database(id);
    this.containers(id).forEach((container) => this.#remove(container));
    this.#store.database.prepare('DELETE FROM databases WHERE key = ?').run(key);
    this.#containers.clear();
  }

  containers(databaseId: string): Container[] {
    const { key } = this.#owner(databaseId);
    const rows = this.#store.database
      .prepare('SELECT key, id, definition FROM containers WHERE databaseKey = ? ORDER BY key')
      .all(key);
    return (rows as unknown as Row[]).map((row) => toContainer(databaseId, row));
  }

  /** Every request on items passes here, so known containers are kept at hand. */
  container(databaseId: string, id: string): Container {
    const name = `${databaseId}/${id}`;
    const known = this.#containers.get(name);
    if (known !== undefined) return known;
    const { key } = this.#owner(databaseId);
    const row = this.#store.database
      .prepare('SELECT key, id, definition FROM containers WHERE databaseKey = ? AND id = ?')
      .get(key, id);
    if (row === undefined) throw notFound(`Container "${id}".`);
    const container = toContainer(databaseId, row as unknown as Row);
    this.#containers.set(name, container);
    return container;
  }

  /** For requests inside a container: a missing one has its own answer. */
  owner(databaseId: string, id: string): Container {
    try {
      return this.container(databaseId, id);
    } catch {
      throw ownerNotFound();
    }
  }

  createContainer(databaseId: string, body: JsonObject, nowSeconds: number): Container {
    const owner = this.#owner(databaseId);
    const id = resourceId(body);
    const { database } = this.#store;
    if (database.prepare('SELECT 1 FROM containers WHERE databaseKey = ? AND id = ?').get(owner.key, id)) {
      throw conflict(`Container "${id}" already exists.`);
    }
    const defaults = containerDefinition(id, body);
    const { lastInsertRowid } = database
      .prepare(`INSERT INTO containers (databaseKey, id, definition, lsn) VALUES (?, ?, '', 0)`)
      .run(owner.key, id);
    const key = Number(lastInsertRowid);
    const rid = containerRid(owner.key, key);
    return this.#save(databaseId, key, {
      ...defaults,
      ...systemProperties(owner.key, rid, this.#newEtag(), nowSeconds),
    });
  }

  replaceContainer(databaseId: string, id: string, body: JsonObject, nowSeconds: number): Container {
    const current = this.container(databaseId, id);
    const definition = containerReplacement(current.definition, body);
    return this.#save(databaseId, current.key, { ...definition, _etag: this.#newEtag(), _ts: nowSeconds });
  }

  deleteContainer(databaseId: string, id: string): void {
    this.#remove(this.container(databaseId, id));
  }

  #save(databaseId: string, key: number, definition: JsonObject): Container {
    const container = toContainer(databaseId, {
      key,
      id: definition.id as string,
      definition: JSON.stringify(definition),
    });
    this.#store.database
      .prepare('UPDATE containers SET definition = ? WHERE key = ?')
      .run(JSON.stringify(definition), key);
    createPathIndexes(this.#store, container);
    this.#containers.delete(container.name);
    return container;
  }

  #newEtag(): string {
    return `"${this.#newId()}"`;
  }

  #remove({ key, name }: Container): void {
    this.#store.database.prepare('DELETE FROM items WHERE container = ?').run(key);
    dropPathIndexes(this.#store, key);
    this.#store.database.prepare('DELETE FROM containers WHERE key = ?').run(key);
    this.#containers.delete(name);
  }

  #owner(databaseId: string): Database {
    try {
      return this.database(databaseId);
    } catch {
      throw ownerNotFound();
    }
  }
}

const resourceId = (body: JsonObject): string => {
  const id = getProperty(body, 'id');
  if (typeof id !== 'string' || id === '' || id.length > 255 || /[/\\?#]/.test(id)) {
    throw badRequest('The id of a database or container must be a text of 1 to 255 characters without / \\ ? #.');
  }
  return id;
};

const systemProperties = (database: number, rid: string, etag: string, nowSeconds: number): JsonObject => ({
  _rid: rid,
  _self: `dbs/${databaseRid(database)}/colls/${rid}/`,
  _etag: etag,
  _docs: 'docs/',
  _sprocs: 'sprocs/',
  _triggers: 'triggers/',
  _udfs: 'udfs/',
  _conflicts: 'conflicts/',
  _ts: nowSeconds,
});

const toDatabase = ({ key, id, definition }: Row): Database => ({
  key,
  id,
  definition: parseJson(definition) as JsonObject,
});

const toContainer = (databaseId: string, row: Row): Container => {
  const definition = parseJson(row.definition) as JsonObject;
  const { paths } = definition.partitionKey as { paths: string[] };
  return {
    key: row.key,
    id: row.id,
    name: `${databaseId}/${row.id}`,
    rid: definition._rid as string,
    partitionKeyPath: parsePropertyPath(paths[0]!),
    defaultTtl: definition.defaultTtl as number | undefined,
    indexing: new IndexingPolicy(definition.indexingPolicy as JsonObject),
    definition,
  };
};

// Requests on the account, its databases, containers and partition key ranges.

import { answerOf, containerHeaders, listBody } from './answers.ts';
import type { Catalog, Container, Database } from './catalog.ts';
import { badRequest, CosmosError } from './errors.ts';
import { type CosmosAnswer, type CosmosRequest, isTrue } from './exchange.ts';
import { IndexingPolicy } from './indexing-policy.ts';
import type { ItemTable } from './item-table.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { type PartitionRange, rangeDocument } from './partition-ranges.ts';
import { maxItemCount, parseQueryRequest } from './query-request.ts';
import { runQuery } from './query.ts';
import { smallestCharge } from './request-charge.ts';
import type { Target } from './routes.ts';
import { programOf } from './sql/program.ts';
import type { Store } from './store.ts';

export type ResourceTarget = Exclude<Target, { kind: 'item' | 'items' | 'account' }>;

interface Definition {
  definition: JsonObject;
}

const everythingIndexed = new IndexingPolicy({ includedPaths: [{ path: '/*' }] });

export class Resources {
  readonly #store: Store;
  readonly #catalog: Catalog;
  readonly #table: ItemTable;
  readonly #ranges: readonly PartitionRange[];

  constructor(store: Store, catalog: Catalog, table: ItemTable, ranges: readonly PartitionRange[]) {
    this.#store = store;
    this.#catalog = catalog;
    this.#table = table;
    this.#ranges = ranges;
  }

  answer(request: CosmosRequest, target: ResourceTarget, nowSeconds: number): CosmosAnswer {
    return this.#store.transaction(() => this.#execute(request, target, nowSeconds));
  }

  #execute(request: CosmosRequest, target: ResourceTarget, nowSeconds: number): CosmosAnswer {
    const { method } = request;
    switch (target.kind) {
      case 'databases':
        if (method === 'GET' || isQuery(request)) return feed(request, 'Databases', '', this.#catalog.databases());
        if (method === 'POST') return single(201, this.#catalog.createDatabase(bodyOf(request), nowSeconds));
        break;
      case 'database':
        if (method === 'GET') return single(200, this.#catalog.database(target.database));
        if (method === 'DELETE') return this.#deleteDatabase(target.database);
        break;
      case 'containers':
        return this.#containers(request, target.database, nowSeconds);
      case 'container':
        return this.#container(request, target, nowSeconds);
      case 'ranges': {
        const container = this.#catalog.owner(target.database, target.container);
        if (method === 'GET') return this.#pkranges(container, nowSeconds);
      }
    }
    throw notAllowed(request);
  }

  #deleteDatabase(id: string): CosmosAnswer {
    this.#catalog.deleteDatabase(id);
    return answerOf({ status: 204, charge: smallestCharge });
  }

  #containers(request: CosmosRequest, database: string, nowSeconds: number): CosmosAnswer {
    if (request.method === 'GET' || isQuery(request)) {
      const { definition } = this.#catalog.database(database);
      return feed(request, 'DocumentCollections', definition._rid as string, this.#catalog.containers(database));
    }
    if (request.method !== 'POST') throw notAllowed(request);
    return this.#single(201, this.#catalog.createContainer(database, bodyOf(request), nowSeconds));
  }

  #container(
    request: CosmosRequest,
    { database, container: id }: { database: string; container: string },
    nowSeconds: number,
  ): CosmosAnswer {
    switch (request.method) {
      case 'GET':
        return this.#single(200, this.#catalog.container(database, id));
      case 'PUT': {
        const container = this.#catalog.replaceContainer(database, id, bodyOf(request), nowSeconds);
        this.#table.reschedule(container.key, container.defaultTtl);
        return this.#single(200, container);
      }
      case 'DELETE':
        this.#catalog.deleteContainer(database, id);
        return answerOf({ status: 204, charge: smallestCharge });
      default:
        throw notAllowed(request);
    }
  }

  #single(status: number, container: Container): CosmosAnswer {
    const answer = single(status, container);
    const rangeIds = this.#ranges.map(({ id }) => id);
    Object.assign(answer.headers, containerHeaders(container, this.#table.lsn(container.key), rangeIds));
    return answer;
  }

  #pkranges({ rid }: Container, nowSeconds: number): CosmosAnswer {
    const ranges = this.#ranges.map((range) =>
      JSON.stringify(rangeDocument(range, this.#ranges.length, rid, nowSeconds)),
    );
    return answerOf({
      status: 200,
      charge: smallestCharge,
      body: listBody(rid, 'PartitionKeyRanges', ranges),
      headers: { 'x-ms-item-count': String(ranges.length), etag: '"1"' },
    });
  }
}

const single = (status: number, { definition }: Database | Container): CosmosAnswer =>
  answerOf({
    status,
    charge: smallestCharge,
    body: JSON.stringify(definition),
    headers: { etag: definition._etag as string },
  });

const isQuery = ({ method, headers }: CosmosRequest): boolean =>
  method === 'POST' &&
  (isTrue(headers['x-ms-documentdb-isquery']) ||
    headers['content-type']?.startsWith('application/query+json') === true);

/** A list, or those of it that a query selects. */
const feed = (
  request: CosmosRequest,
  name: 'Databases' | 'DocumentCollections',
  rid: string,
  resources: readonly Definition[],
): CosmosAnswer => {
  const query = isQuery(request)
    ? parseQueryRequest(bodyOf(request))
    : { text: 'SELECT * FROM root', parameters: new Map() };
  const items = resources.map(({ definition }, i) => {
    const body = JSON.stringify(definition);
    return { sequence: i + 1, bytes: body.length, body };
  });
  const page = runQuery({
    program: programOf(query.text),
    parameters: query.parameters,
    items: (after) => items.filter(({ sequence }) => sequence > after),
    indexing: everythingIndexed,
    maxItemCount: maxItemCount(request.headers['x-ms-max-item-count']),
    continuation: request.headers['x-ms-continuation'],
  });
  const headers: Record<string, string> = { 'x-ms-item-count': String(page.results.length) };
  if (page.continuation !== undefined) headers['x-ms-continuation'] = page.continuation;
  return answerOf({ status: 200, charge: smallestCharge, body: listBody(rid, name, page.results), headers });
};

const bodyOf = ({ body }: CosmosRequest): JsonObject => {
  let parsed: unknown;
  try {
    parsed = parseJson(body);
  } catch {
    throw badRequest('The request body is not valid JSON.');
  }
  if (!isObject(parsed)) throw badRequest('The request body must be a JSON object.');
  return parsed;
};

const notAllowed = ({ method, path }: CosmosRequest): CosmosError =>
  new CosmosError(405, `${method} is not possible on ${path}.`);

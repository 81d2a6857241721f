// Requests on the items of a container: each one transaction, each answered with its charge.

import { answerOf, containerHeaders, errorAnswer, listBody } from './answers.ts';
import { type BatchOperation, parseBatch, runBatch } from './batch.ts';
import type { Container } from './catalog.ts';
import { effectivePartitionKey } from './effective-partition-key.ts';
import { badRequest, CosmosError, leftOut } from './errors.ts';
import { type CosmosAnswer, isTrue } from './exchange.ts';
import type { ItemRequest } from './item-request.ts';
import { type ItemResult, PartitionItems } from './items.ts';
import type { ItemTable, Scope } from './item-table.ts';
import { utf8Bytes } from './json.ts';
import { parsePatch } from './patch.ts';
import { parsePartitionKeyHeader, type PartitionKeyValue, partitionText } from './partition-key.ts';
import { type PartitionRange, rangeOf } from './partition-ranges.ts';
import { narrowings } from './path-indexes.ts';
import { needsPlan, queryPlan } from './query-plan.ts';
import { maxItemCount, parseQueryRequest, type QueryRequest } from './query-request.ts';
import { type Page, runQuery } from './query.ts';
import { queryCharge, readCharge, smallestCharge } from './request-charge.ts';
import { programOf } from './sql/program.ts';
import type { Store } from './store.ts';
import type { Usage } from './usage.ts';

interface Moment {
  nowSeconds: number;
  /** Reads cost twice as much under Strong and Bounded Staleness. */
  readFactor: number;
}

/** Carries an answer out of a transaction that must not stay. */
class Undone extends Error {
  readonly answer: CosmosAnswer;

  constructor(answer: CosmosAnswer) {
    super('undone');
    this.answer = answer;
  }
}

const readFeed: QueryRequest = { text: 'SELECT * FROM c', parameters: new Map() };

export class Documents {
  readonly #store: Store;
  readonly #table: ItemTable;
  readonly #ranges: readonly PartitionRange[];
  readonly #usage: Usage;

  constructor(store: Store, table: ItemTable, ranges: readonly PartitionRange[], usage: Usage) {
    this.#store = store;
    this.#table = table;
    this.#ranges = ranges;
    this.#usage = usage;
  }

  answer(request: ItemRequest, container: Container, moment: Moment): CosmosAnswer {
    try {
      return this.#store.transaction(() => this.#execute(request, container, moment));
    } catch (error) {
      if (error instanceof Undone) return error.answer;
      if (!(error instanceof CosmosError)) throw error;
      const charge = error.details.requestCharge ?? smallestCharge;
      if (request.operation !== 'QueryPlan') this.#record(request, container, charge);
      return errorAnswer(error, this.#headers(container, this.#ranges));
    }
  }

  #execute(request: ItemRequest, container: Container, moment: Moment): CosmosAnswer {
    switch (request.operation) {
      case 'QueryPlan':
        return this.#plan(request, container);
      case 'Query':
        return this.#query(request, container, moment);
      case 'Batch':
        return this.#batch(request, container, moment);
      case 'Create':
      case 'Upsert':
      case 'Read':
      case 'Replace':
      case 'Patch':
      case 'Delete':
        return this.#point(request, container, moment);
    }
  }

  #point(request: ItemRequest, container: Container, moment: Moment): CosmosAnswer {
    const key = requireKey(request);
    const items = new PartitionItems(this.#table, container, key, moment);
    const result = runPoint(items, request);
    this.#record(request, container, result.charge);
    const headers = this.#headers(container, this.#rangesOf(key));
    if (result.etag !== undefined) headers.etag = result.etag;
    return answerOf({ ...result, headers });
  }

  #batch(request: ItemRequest, container: Container, moment: Moment): CosmosAnswer {
    const { headers: given, body, text } = request;
    if (!isTrue(given['x-ms-cosmos-batch-atomic'])) throw leftOut('bulk requests (a batch that is not atomic)');
    const key = requireKey(request);
    const operations = parseBatch(body, text);
    const items = new PartitionItems(this.#table, container, key, moment);
    const batch = runBatch(items, operations, given.prefer === 'return=minimal');
    this.#recordBatch(request, container, operations, batch.charges, batch.charge);
    const headers = this.#headers(container, this.#rangesOf(key));
    const answer = answerOf({
      status: batch.succeeded ? 200 : 207,
      charge: batch.charge,
      body: JSON.stringify(batch.results),
      headers,
    });
    if (!batch.succeeded) throw new Undone(answer);
    return answer;
  }

  #query(request: ItemRequest, container: Container, moment: Moment): CosmosAnswer {
    const { headers: given, body } = request;
    if (given['a-im'] !== undefined) throw leftOut('the change feed');
    const isFeed = body === undefined;
    const { text, parameters } = isFeed ? readFeed : parseQueryRequest(body);
    const program = programOf(text);
    const { scope, ranges } = this.#scope(request);
    if (ranges.length > 1 && needsPlan(program)) {
      throw new CosmosError(400, 'The query must be sent to each partition key range by its plan.', {
        substatus: 1004,
        additionalErrorInfo: JSON.stringify(queryPlan(program, parameters)),
      });
    }
    const page = runQuery({
      program,
      parameters,
      items: (after) => this.#table.scan(container.key, scope, after, narrowings(program, parameters, container)),
      indexing: container.indexing,
      maxItemCount: maxItemCount(given['x-ms-max-item-count']),
      continuation: given['x-ms-continuation'],
    });
    const charge = moment.readFactor * (isFeed ? feedCharge(page) : queryCharge(ranges.length, page));
    this.#record(request, container, charge);
    const headers = this.#headers(container, ranges);
    headers['x-ms-item-count'] = String(page.results.length);
    if (page.continuation !== undefined) headers['x-ms-continuation'] = page.continuation;
    if (isTrue(given['x-ms-documentdb-populatequerymetrics'])) headers['x-ms-documentdb-query-metrics'] = metrics(page);
    return answerOf({ status: 200, charge, body: listBody(container.rid, 'Documents', page.results), headers });
  }

  /** Clients ask for a plan beside every query, needed or not. */
  #plan({ body }: ItemRequest, container: Container): CosmosAnswer {
    const { text, parameters } = parseQueryRequest(body);
    return answerOf({
      status: 200,
      charge: smallestCharge,
      body: JSON.stringify(queryPlan(programOf(text), parameters)),
      headers: this.#headers(container, this.#ranges),
    });
  }

  #scope({ headers }: ItemRequest): { scope: Scope; ranges: readonly PartitionRange[] } {
    const keyHeader = headers['x-ms-documentdb-partitionkey'];
    if (keyHeader !== undefined) {
      const key = parsePartitionKeyHeader(keyHeader);
      return { scope: { partition: partitionText(key) }, ranges: this.#rangesOf(key) };
    }
    const rangeId = headers['x-ms-documentdb-partitionkeyrangeid'];
    if (rangeId !== undefined) {
      const range = this.#ranges.find(({ id }) => id === rangeId);
      if (range === undefined) throw new CosmosError(410, 'The partition key range is gone.', { substatus: 1002 });
      return { scope: narrowed(range, headers['x-ms-start-epk'], headers['x-ms-end-epk']), ranges: [range] };
    }
    if (!isTrue(headers['x-ms-documentdb-query-enablecrosspartition'])) {
      throw badRequest(
        'Cross partition query is required but disabled. Set x-ms-documentdb-query-enablecrosspartition to true, ' +
          'or give a partition key.',
      );
    }
    return { scope: { min: '', max: 'FF' }, ranges: this.#ranges };
  }

  #rangesOf(key: PartitionKeyValue): PartitionRange[] {
    return this.#ranges.length === 1 ? [...this.#ranges] : [rangeOf(this.#ranges, effectivePartitionKey(key))];
  }

  #headers(container: Container, ranges: readonly PartitionRange[]): Record<string, string> {
    return containerHeaders(
      container,
      this.#table.lsn(container.key),
      ranges.map(({ id }) => id),
    );
  }

  #record({ operation, kinds }: ItemRequest, { name }: Container, charge: number): void {
    if (operation === 'QueryPlan') return;
    this.#usage.record(name, operation, charge);
    if (operation !== 'Batch') kinds.forEach((kind) => this.#usage.recordKind(name, kind, operation, charge));
  }

  #recordBatch(
    request: ItemRequest,
    container: Container,
    operations: readonly BatchOperation[],
    charges: readonly number[],
    charge: number,
  ): void {
    this.#record(request, container, charge);
    charges.forEach((part, i) => this.#usage.recordKind(container.name, request.kinds[i]!, operations[i]!.type, part));
  }
}

const requireKey = ({ headers }: ItemRequest): PartitionKeyValue => {
  const header = headers['x-ms-documentdb-partitionkey'];
  if (header === undefined) {
    throw badRequest('PartitionKey value must be supplied for this operation.');
  }
  return parsePartitionKeyHeader(header);
};

const runPoint = (items: PartitionItems, { operation, target, body, headers }: ItemRequest): ItemResult => {
  const conditions = { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
  if (target.kind === 'items') return operation === 'Upsert' ? items.upsert(body, conditions) : items.create(body);
  if (operation === 'Replace') return items.replace(target.id, body, conditions);
  if (operation === 'Patch') return items.patch(target.id, parsePatch(body ?? null), conditions);
  return operation === 'Delete' ? items.delete(target.id, conditions) : items.read(target.id, conditions);
};

const narrowed = ({ min, max }: PartitionRange, from: string | undefined, to: string | undefined): Scope => ({
  min: from !== undefined && from > min ? from : min,
  max: to !== undefined && to < max ? to : max,
});

const feedCharge = ({ results }: Page): number =>
  Math.max(
    smallestCharge,
    results.reduce((sum, result) => sum + readCharge(utf8Bytes(result)), 0),
  );

const metrics = ({ results, itemsExamined, bytesLoaded }: Page): string => {
  const outputBytes = results.reduce((sum, result) => sum + utf8Bytes(result), 0);
  return (
    `totalExecutionTimeInMs=0.10;queryCompileTimeInMs=0.01;retrievedDocumentCount=${itemsExamined};` +
    `retrievedDocumentSize=${bytesLoaded};outputDocumentCount=${results.length};outputDocumentSize=${outputBytes}`
  );
};

// One request through all it has to pass: authorization, faults, the budget, and then one synchronous step.

import { createSecretKey } from 'node:crypto';
import { accountDocument, type ConsistencyLevel, consistencyLevels } from './account.ts';
import { answerOf, errorAnswer } from './answers.ts';
import { type Access, authorize } from './authorization.ts';
import { Catalog, type Container } from './catalog.ts';
import { Documents } from './documents.ts';
import { badRequest, CosmosError, errorCode, tooLarge } from './errors.ts';
import type { CosmosAnswer, CosmosRequest, Outcome } from './exchange.ts';
import type { Fault, Faults } from './faults.ts';
import { ItemTable } from './item-table.ts';
import { type ItemRequest, itemRequestOf, type KindOf } from './item-request.ts';
import { utf8Bytes } from './json.ts';
import { partitionRanges } from './partition-ranges.ts';
import { smallestCharge } from './request-charge.ts';
import { Resources } from './resources.ts';
import { segmentsOf, type Target, targetOf } from './routes.ts';
import { Store } from './store.ts';
import { type ContainerUsage, type RuBudget, Usage } from './usage.ts';

export interface ServiceOptions {
  now: () => Date;
  wait: (ms: number) => Promise<void>;
  ranges: number;
  dataDir: string | undefined;
  ruBudget: RuBudget | undefined;
  consistency: ConsistencyLevel;
  key: string;
  verifyToken: ((token: string) => boolean) | undefined;
  kindOf: KindOf;
  faults: Faults;
  newId: () => string;
}

export interface Inspection {
  containers: Record<string, ContainerUsage & { items: number; lsn: number }>;
}

const largestRequestBytes = 4 * 1024 * 1024;

export class CosmosService {
  readonly #options: ServiceOptions;
  /** The key is made once: making it takes longer than signing with it. */
  readonly #access: Access;
  readonly #store: Store;
  readonly #catalog: Catalog;
  readonly #table: ItemTable;
  readonly #usage: Usage;
  readonly #documents: Documents;
  readonly #resources: Resources;
  #closed = false;

  constructor(options: ServiceOptions) {
    const ranges = partitionRanges(options.ranges);
    this.#options = options;
    this.#access = { key: createSecretKey(options.key, 'base64'), verifyToken: options.verifyToken };
    this.#store = new Store(options.dataDir);
    this.#catalog = new Catalog(this.#store, options.newId);
    this.#table = new ItemTable(this.#store);
    this.#usage = new Usage(options.ruBudget);
    this.#documents = new Documents(this.#store, this.#table, ranges, this.#usage);
    this.#resources = new Resources(this.#store, this.#catalog, this.#table, ranges);
  }

  async answer(request: CosmosRequest): Promise<Outcome> {
    const outcome = await this.#outcome(request);
    if (typeof outcome === 'object') outcome.headers['x-ms-activity-id'] = this.#options.newId();
    return outcome;
  }

  async #outcome(request: CosmosRequest): Promise<Outcome> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof CosmosError) return errorAnswer(error);
      if (error instanceof RangeError) return errorAnswer(badRequest('The request is nested too deeply.'));
      console.error(error);
      return errorAnswer(new CosmosError(500, 'The local Cosmos DB has a bug; its log shows where.'));
    }
  }

  inspect(): Inspection {
    this.#table.removeExpired(this.#nowSeconds());
    const containers = this.#catalog
      .databases()
      .flatMap(({ id }) => this.#catalog.containers(id))
      .map(({ key, name }) => {
        const counts = { items: this.#table.count(key), lsn: this.#table.lsn(key) };
        return [name, { ...counts, ...structuredClone(this.#usage.of(name)) }] as const;
      });
    return { containers: Object.fromEntries(containers) };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#store.close();
  }

  async #answer(request: CosmosRequest): Promise<Outcome> {
    if (this.#isClosed()) return 'reset';
    const segments = segmentsOf(request.path);
    const target = targetOf(segments);
    authorize(request, segments, this.#access);
    if (utf8Bytes(request.body) > largestRequestBytes) {
      throw tooLarge('Request size is too large: a request can have 4 MB at most.');
    }
    const readFactor = this.#readFactor(request.headers['x-ms-consistency-level']);
    if (target.kind !== 'item' && target.kind !== 'items') return this.#resource(request, target);
    const itemRequest = itemRequestOf(request, target, this.#options.kindOf);
    const fault = this.#fault(itemRequest);
    if (fault === undefined) return this.#item(itemRequest, readFactor);
    if (fault.latencyMs > 0) await this.#options.wait(fault.latencyMs);
    if (this.#isClosed()) return 'reset';
    if (fault.hang) return 'hang';
    if (fault.drop === 'before') return 'reset';
    if (fault.status !== undefined) return this.#injected(fault, fault.status, itemRequest);
    const answer = this.#item(itemRequest, readFactor);
    return fault.drop === 'after' ? 'reset' : answer;
  }

  #resource(request: CosmosRequest, target: Exclude<Target, { kind: 'item' | 'items' }>): CosmosAnswer {
    this.#table.removeExpired(this.#nowSeconds());
    if (target.kind !== 'account') return this.#resources.answer(request, target, this.#nowSeconds());
    const body = JSON.stringify(accountDocument(request.origin, this.#options.consistency));
    return answerOf({ status: 200, charge: smallestCharge, body });
  }

  #item(request: ItemRequest, readFactor: number): CosmosAnswer {
    const container = this.#catalog.owner(request.target.database, request.target.container);
    const { operation } = request;
    if (operation !== 'QueryPlan') this.#requireBudget(container, operation);
    const nowSeconds = this.#nowSeconds();
    this.#table.removeExpired(nowSeconds);
    const answer = this.#documents.answer(request, container, { nowSeconds, readFactor });
    if (operation !== 'QueryPlan') {
      this.#usage.spend(container.name, Number(answer.headers['x-ms-request-charge']), this.#nowMs());
    }
    return answer;
  }

  #fault({ operation, target, kinds, partition }: ItemRequest): Fault | undefined {
    if (operation === 'QueryPlan') return undefined;
    return this.#options.faults.hit({ operation, container: target.container, kinds, partition });
  }

  #injected(fault: Fault, status: number, { target }: ItemRequest): CosmosAnswer {
    const container = this.#catalog.owner(target.database, target.container);
    this.#usage.of(container.name).injected += 1;
    const { substatus, retryAfterMs } = fault;
    const details = {
      requestCharge: 0,
      ...(substatus === undefined ? {} : { substatus }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
    return errorAnswer(new CosmosError(status, `Injected fault: ${errorCode(status)}.`, details));
  }

  #requireBudget({ name }: Container, operation: Exclude<ItemRequest['operation'], 'QueryPlan'>): void {
    const retryAfterMs = this.#usage.waitMs(name, operation, this.#nowMs());
    if (retryAfterMs === undefined) return;
    throw new CosmosError(429, 'The request rate is too large.', { substatus: 3200, retryAfterMs });
  }

  #readFactor(asked: string | undefined): number {
    const { consistency } = this.#options;
    if (asked === undefined) return readFactorOf(consistency);
    const level = consistencyLevels.find((name) => name === asked);
    if (level === undefined) throw badRequest(`The consistency level ${asked} is not known.`);
    if (consistencyLevels.indexOf(level) < consistencyLevels.indexOf(consistency)) {
      throw badRequest(`The consistency level ${level} is stronger than ${consistency}, the account's default.`);
    }
    return readFactorOf(level);
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }

  #nowSeconds(): number {
    return Math.floor(this.#nowMs() / 1000);
  }
}

const readFactorOf = (level: ConsistencyLevel): number => (level === 'Strong' || level === 'BoundedStaleness' ? 2 : 1);

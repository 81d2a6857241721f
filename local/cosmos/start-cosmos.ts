// A local Cosmos DB: over HTTP on loopback, in process, or both.

import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, sharedClock } from '../clock.ts';
import { type InProcessClient, inProcessClient } from '../http-client.ts';
import type { ConsistencyLevel } from './account.ts';
import { publicKey } from './authorization.ts';
import type { CosmosRequest, Outcome } from './exchange.ts';
import { type FaultRule, Faults } from './faults.ts';
import { toCosmosRequest } from './http-client.ts';
import { httpHandler } from './http-server.ts';
import { type KindOf, kindByIdPrefix } from './item-request.ts';
import { CosmosService, type Inspection } from './service.ts';
import type { RuBudget } from './usage.ts';

export interface CosmosOptions {
  /** 0 takes a free one, `false` opens none. */
  port?: number | false;
  /** Partition key ranges of each container, 1 to 64. */
  ranges?: number;
  /** One that only shows the time will do: what takes time then goes by the shared clock. */
  clock?: Pick<Clock, 'now'>;
  faults?: { seed?: number; rules?: readonly FaultRule[] };
  /** Where data is kept; without it, in memory. */
  dataDir?: string;
  /** Request units per second, for every container or by container id; unlimited by default. */
  ruBudget?: RuBudget;
  /** Default level of the account. */
  consistency?: ConsistencyLevel;
  key?: string;
  /** Whether an Entra token is good now; without it, clients need the key. */
  verifyToken?: (token: string) => boolean;
  /** The kind of a document, for faults and counters: by default what stands before the first `:` of its id. */
  kindOf?: KindOf;
  /** Gives UUIDs, for activity ids and for the etags of databases and containers; random ones by default. */
  newId?: () => string;
  /** Asked first, for requests that are not Cosmos DB's own; answers whether it took the request. */
  intercept?: (...parameters: Parameters<RequestListener>) => boolean;
}

export interface LocalCosmos {
  endpoint: string;
  key: string;
  handler: RequestListener;
  httpClient: InProcessClient;
  faults: Faults;
  inspect(): Inspection;
  stop(): Promise<void>;
}

const inProcessEndpoint = 'https://cosmos.local/';
/** A client that writes on an idle socket just as the server closes it loses the write. */
const keepAliveMs = 120_000;

export const startCosmos = async (options: CosmosOptions = {}): Promise<LocalCosmos> => {
  const { port = 0, ranges = 1, clock = sharedClock, key = publicKey, consistency = 'Session' } = options;
  if (!Number.isInteger(ranges) || ranges < 1 || ranges > 64) throw new Error('There can be 1 to 64 ranges.');
  const waiting = canWait(clock) ? clock : sharedClock;
  const faults = new Faults(options.faults);
  const service = new CosmosService({
    now: () => clock.now(),
    wait: (ms) => new Promise((resolve) => void waiting.after(ms, resolve)),
    ranges,
    dataDir: options.dataDir,
    ruBudget: options.ruBudget,
    consistency,
    key,
    verifyToken: options.verifyToken,
    kindOf: options.kindOf ?? kindByIdPrefix,
    faults,
    newId: options.newId ?? randomUUID,
  });
  const answer = (request: CosmosRequest): Promise<Outcome> => service.answer(request);
  const handler = httpHandler(answer);
  const stopping = Promise.withResolvers<undefined>();
  const listening = port === false ? undefined : await listen(port, withIntercept(handler, options.intercept));
  return {
    endpoint: listening?.endpoint ?? inProcessEndpoint,
    key,
    handler,
    httpClient: inProcessClient((request) => answer(toCosmosRequest(request)), stopping.promise),
    faults,
    inspect: () => service.inspect(),
    stop: async () => {
      stopping.resolve(undefined);
      await listening?.close();
      service.close();
    },
  };
};

const canWait = (clock: Pick<Clock, 'now'>): clock is Clock => 'after' in clock;

const withIntercept =
  (handler: RequestListener, intercept: CosmosOptions['intercept']): RequestListener =>
  (request, response) => {
    if (intercept?.(request, response) !== true) handler(request, response);
  };

const listen = async (
  port: number,
  handler: RequestListener,
): Promise<{ endpoint: string; close: () => Promise<void> }> => {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

import type { InProcessClient, PipelineRequest } from '../../local/http-client.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import { httpThroughNetwork } from './http-through-network.ts';
import { type CosmosOperation, cosmosOperationOf, cosmosWriteOf } from './observe-cosmos.ts';
import type { Replicas } from './replicas.ts';

/** `replicas` see every write, and answer the reads of the product; others read what is there. */
export const cosmosThroughNetwork = (
  client: InProcessClient,
  network: Network,
  checker: Checker,
  replicas?: Replicas,
): InProcessClient => {
  const read = new WeakMap<PipelineRequest, CosmosOperation>();
  const operationOf = (request: PipelineRequest): CosmosOperation => {
    const operation = read.get(request) ?? cosmosOperationOf(request);
    read.set(request, operation);
    return operation;
  };
  return httpThroughNetwork({
    service: 'cosmos',
    client,
    network,
    describe: (request) => {
      const { operation, container, kinds } = operationOf(request);
      return [operation ?? request.method, container, ...new Set(kinds)].join(' ');
    },
    onCarriedOut: (request, response, who) => {
      const operation = operationOf(request);
      const write = cosmosWriteOf(operation, response);
      checker.cosmosCarriedOut(operation, write, who);
      if (operation.operation === 'Read' && who !== undefined) {
        return replicas?.read(request, operation, response, who.process);
      }
      if (operation.operation === 'Delete' && response.status < 300) {
        replicas?.deleted(request, operation, who?.process);
      } else {
        replicas?.answered(operation, write?.documents ?? [], who?.process);
      }
      return undefined;
    },
    retryAfterHeader: (ms) => ['x-ms-retry-after-ms', String(ms)],
  });
};

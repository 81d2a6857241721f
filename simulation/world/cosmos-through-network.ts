import type { InProcessClient, PipelineRequest } from '../../local/http-client.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import { httpThroughNetwork } from './http-through-network.ts';
import { type CosmosOperation, cosmosOperationOf, cosmosWriteOf } from './observe-cosmos.ts';

export const cosmosThroughNetwork = (client: InProcessClient, network: Network, checker: Checker): InProcessClient => {
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
      checker.cosmosCarriedOut(operation, cosmosWriteOf(operation, response), who);
    },
    retryAfterHeader: (ms) => ['x-ms-retry-after-ms', String(ms)],
  });
};

import type { InProcessClient } from '../../local/http-client.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import { httpThroughNetwork } from './http-through-network.ts';
import { cosmosOperationOf, cosmosWriteOf } from './observe-cosmos.ts';

export const cosmosThroughNetwork = (client: InProcessClient, network: Network, checker: Checker): InProcessClient =>
  httpThroughNetwork({
    service: 'cosmos',
    client,
    network,
    describe: (request) => {
      const { operation, container, kinds } = cosmosOperationOf(request);
      return [operation ?? request.method, container, ...new Set(kinds)].join(' ');
    },
    onCarriedOut: (request, response, who) => {
      const operation = cosmosOperationOf(request);
      checker.cosmosCarriedOut(operation, cosmosWriteOf(operation, response), who);
    },
    retryAfterHeader: (ms) => ['x-ms-retry-after-ms', String(ms)],
  });

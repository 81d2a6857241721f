// The containers of the topology on a local Cosmos DB, and the product's own connection to it.

import {
  type ContainerRequest,
  CosmosClient,
  type Database,
  PartitionKeyDefinitionVersion,
} from '@azure/cosmos';
import topology from '../../infra/topology.json' with { type: 'json' };
import type { Clock } from '../../local/clock.ts';
import { type LocalCosmos, startCosmos } from '../../local/cosmos/start-cosmos.ts';
import { connectCosmos, type CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';

export interface CosmosWorld {
  cosmos: LocalCosmos;
  /** As the product sees it; a call ends within a second. */
  database: CosmosDatabase;
  /** For looking at documents, and for making ones that the product did not write. */
  raw: Database;
  stop(): Promise<void>;
}

const DEADLINE_MS = 1000;

export const openCosmosWorld = async (options: { clock?: Pick<Clock, 'now'> } = {}): Promise<CosmosWorld> => {
  const cosmos = await startCosmos({ consistency: 'Strong', ranges: 2, ...options });
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key });
  const { database: raw } = await client.databases.createIfNotExists({ id: topology.cosmos.database });
  for (const request of containerRequests()) await raw.containers.create(request);
  return {
    cosmos,
    raw,
    database: connectCosmos(
      { endpoint: cosmos.endpoint, credential: { kind: 'key', key: cosmos.key } },
      { deadlineMs: DEADLINE_MS },
    ),
    stop: async () => {
      client.dispose();
      await cosmos.stop();
    },
  };
};

export const containerRequests = (): ContainerRequest[] =>
  Object.entries(topology.cosmos.containers).map(([id, { partitionKey, defaultTtlSeconds, indexedPaths }]) => ({
    id,
    partitionKey: { paths: [partitionKey], version: PartitionKeyDefinitionVersion.V2 },
    ...(defaultTtlSeconds !== null && { defaultTtl: defaultTtlSeconds }),
    indexingPolicy: {
      includedPaths: indexedPaths.map((path) => ({ path })),
      excludedPaths: [{ path: '/*' }],
    },
  }));

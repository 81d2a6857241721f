// The containers of the topology on a local Cosmos DB, and the product's own connection to it.

import { type ContainerRequest, CosmosClient, type Database, PartitionKeyDefinitionVersion } from '@azure/cosmos';
import topology from '../../infra/topology.json' with { type: 'json' };
import type { Clock } from '../../local/clock.ts';
import { type LocalCosmos, startCosmos } from '../../local/cosmos/start-cosmos.ts';
import type { ContainerName } from '../../shared/adapters/topology.ts';
import { connectCosmos, type CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';

export interface CosmosWorld {
  cosmos: LocalCosmos;
  /** As the product sees it; a call ends within a second. */
  database: CosmosDatabase;
  /** For looking at documents, and for making ones that the product did not write. */
  raw: Database;
  /** Takes everything out of a container. */
  empty(container: ContainerName): Promise<void>;
  stop(): Promise<void>;
}

const DEADLINE_MS = 1000;

export const openCosmosWorld = async (options: { clock?: Pick<Clock, 'now'> } = {}): Promise<CosmosWorld> => {
  const cosmos = await startCosmos({ consistency: 'Strong', ranges: 2, ...options });
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key });
  const { database: raw } = await client.databases.createIfNotExists({ id: topology.cosmos.database });
  for (const name of containerNames) await raw.containers.create(containerRequest(name));
  return {
    cosmos,
    raw,
    empty: async (container) => {
      await raw.container(container).delete();
      await raw.containers.create(containerRequest(container));
    },
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

const containerNames = Object.keys(topology.cosmos.containers) as ContainerName[];

const containerRequest = (id: ContainerName): ContainerRequest => {
  const { partitionKey, defaultTtlSeconds, indexedPaths } = topology.cosmos.containers[id];
  return {
    id,
    partitionKey: { paths: [partitionKey], version: PartitionKeyDefinitionVersion.V2 },
    ...(defaultTtlSeconds !== null && { defaultTtl: defaultTtlSeconds }),
    indexingPolicy: {
      includedPaths: indexedPaths.map((path) => ({ path })),
      excludedPaths: [{ path: '/*' }],
    },
  };
};

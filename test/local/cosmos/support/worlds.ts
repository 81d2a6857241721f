// The same test against a local Cosmos DB of 1 range over HTTP and of 4 ranges in process, through the real SDK.

import {
  type Container,
  type ContainerRequest,
  CosmosClient,
  type CosmosClientOptions,
  type PartitionKeyDefinition,
  PartitionKeyDefinitionVersion,
} from '@azure/cosmos';
import { ShiftableClock } from '../../../../local/clock.ts';
import { type CosmosOptions, type LocalCosmos, startCosmos } from '../../../../local/cosmos/start-cosmos.ts';

export interface World {
  cosmos: LocalCosmos;
  client: CosmosClient;
  clock: ShiftableClock;
  ranges: number;
  /** A new container, keyed by `/pk`, where items expire only when they say so. */
  container(request?: Partial<ContainerRequest>): Promise<Container>;
  stop(): Promise<void>;
}

export interface Setting {
  name: string;
  ranges: number;
  port: 0 | false;
}

export const settings: readonly Setting[] = [
  { name: '1 range over HTTP', ranges: 1, port: 0 },
  { name: '4 ranges in process', ranges: 4, port: false },
];

// What takes a second alone may take many beside other work on the same cores.
jest.setTimeout(30_000);

const start = new Date('2026-03-01T12:00:00.000Z').getTime();

export const keyedBy = (path: string): PartitionKeyDefinition => ({
  paths: [path],
  version: PartitionKeyDefinitionVersion.V2,
});

export const clientOf = (cosmos: LocalCosmos, options: Partial<CosmosClientOptions> = {}): CosmosClient =>
  new CosmosClient({
    endpoint: cosmos.endpoint,
    key: cosmos.key,
    ...(cosmos.endpoint.startsWith('https:') ? { httpClient: cosmos.httpClient } : {}),
    ...options,
  });

export const openWorld = async (options: CosmosOptions = {}): Promise<World> => {
  const clock = new ShiftableClock(() => start);
  const cosmos = await startCosmos({ clock, ...options });
  const client = clientOf(cosmos);
  const { database } = await client.databases.createIfNotExists({ id: 'test' });
  let created = 0;
  return {
    cosmos,
    client,
    clock,
    ranges: options.ranges ?? 1,
    container: async (request = {}) => {
      created += 1;
      const { container } = await database.containers.create({
        id: `items-${created}`,
        partitionKey: keyedBy('/pk'),
        defaultTtl: -1,
        ...request,
      });
      return container;
    },
    stop: async () => {
      client.dispose();
      await cosmos.stop();
    },
  };
};

/** Declares the tests once for each setting; `world()` is there when they run. */
export const inEveryWorld = (declare: (world: () => World) => void, options: CosmosOptions = {}): void => {
  describe.each(settings)('$name', ({ ranges, port }) => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld({ ranges, port, ...options });
    });
    afterAll(() => world.stop());

    declare(() => world);
  });
};

// The whole local cloud in one process: every service the product talks to, made from `infra/topology.json`.

import {
  CosmosClient,
  PartitionKeyDefinitionVersion,
  type ContainerDefinition,
  type ContainerRequest,
} from '@azure/cosmos';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import topology from '../infra/topology.json' with { type: 'json' };
import { startCosmos, type LocalCosmos } from './cosmos/start-cosmos.ts';
import { startFace, type FaceOptions, type LocalFace } from './face/start-face.ts';
import { defaultConfiguration } from './identity/configuration.ts';
import { startIdentity, type LocalIdentity } from './identity/start-identity.ts';
import { startServiceBus, type LocalServiceBus } from './service-bus/service-bus.ts';

export interface CloudOptions {
  /** Where everything is kept; without it, in memory. */
  dataDir?: string;
  face?: Pick<FaceOptions, 'seed' | 'decisions' | 'rateLimitPerSecond' | 'attemptsPerToken'>;
  /** Subscriptions to `abuse-events` beside the product's own, which get every event. */
  subscriptions?: readonly string[];
}

export interface LocalCloud {
  cosmos: LocalCosmos;
  serviceBus: LocalServiceBus;
  face: LocalFace;
  identity: LocalIdentity;
  /** A client of the database, for seeding and for looking at what the product stored. */
  database: ReturnType<CosmosClient['database']>;
  /** The environment with which the product finds all of this. */
  settings: Record<string, string>;
  stop(): Promise<void>;
}

/** An S0 resource takes ten calls a second, a day compressed to a minute needs more. */
const DEFAULT_FACE_CALLS_PER_SECOND = 300;

export const startCloud = async (options: CloudOptions = {}): Promise<LocalCloud> => {
  const { dataDir } = options;
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const rateLimitPerSecond = options.face?.rateLimitPerSecond ?? DEFAULT_FACE_CALLS_PER_SECOND;
  const kept = dataDir === undefined ? {} : { dataDir };
  const [cosmos, serviceBus, face, identity] = await Promise.all([
    startCosmos({ ...kept, consistency: 'Strong', ranges: 2 }),
    startServiceBus({
      config: serviceBusConfig(options.subscriptions ?? []),
      ...(dataDir !== undefined && { storage: dataDir }),
    }),
    startFace({ ...kept, ...options.face, rateLimitPerSecond }),
    startIdentity({ ...kept }),
  ]);
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key });
  await createContainers(client);

  return {
    cosmos,
    serviceBus,
    face,
    identity,
    database: client.database(topology.cosmos.database),
    settings: {
      COSMOS_ENDPOINT: cosmos.endpoint,
      COSMOS_KEY: cosmos.key,
      FACE_ENDPOINT: face.endpoint,
      FACE_KEY: face.key,
      FACE_CALLS_PER_SECOND: String(rateLimitPerSecond === 0 ? 1_000_000 : rateLimitPerSecond),
      ServiceBusConnection: serviceBus.connectionString,
      API_CLIENT_ID: identity.apiClientId,
      TOKEN_ISSUERS: identity.issuers.join(','),
      OPERATOR_TENANT_ID: defaultConfiguration.tenants[0]?.tenantId ?? '',
      PSEUDONYM_KEY: pseudonymKey(dataDir),
    },
    stop: async () => {
      client.dispose();
      await Promise.all([cosmos.stop(), serviceBus.stop(), face.stop(), identity.stop()]);
    },
  };
};

/** Every container of the topology. */
export const createContainers = async (client: CosmosClient): Promise<void> => {
  const { database } = await client.databases.createIfNotExists({ id: topology.cosmos.database });
  await Promise.all(
    Object.entries(topology.cosmos.containers).map(([name, definition]) =>
      database.containers.createIfNotExists(containerRequest(name, definition)),
    ),
  );
};

interface ContainerTopology {
  partitionKey: string;
  defaultTtlSeconds: number | null;
  indexedPaths: readonly string[];
  compositeIndexes: readonly (readonly string[])[];
}

const containerRequest = (name: string, definition: ContainerTopology): ContainerRequest => ({
  id: name,
  partitionKey: { paths: [definition.partitionKey], version: PartitionKeyDefinitionVersion.V2 },
  ...(definition.defaultTtlSeconds !== null && { defaultTtl: definition.defaultTtlSeconds }),
  indexingPolicy: indexingPolicy(definition),
});

const indexingPolicy = ({
  indexedPaths,
  compositeIndexes,
}: ContainerTopology): NonNullable<ContainerDefinition['indexingPolicy']> => ({
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: indexedPaths.map((path) => ({ path })),
  excludedPaths: [{ path: '/*' }],
  compositeIndexes: compositeIndexes.map((paths) => paths.map((path) => ({ path, order: 'ascending' as const }))),
});

/** The topology in the form of the official emulator's configuration. */
export const serviceBusConfig = (everythingSubscriptions: readonly string[]): object => ({
  UserConfig: {
    Namespaces: [
      {
        Name: 'local',
        Queues: Object.entries(topology.serviceBus.queues).map(([name, properties]) => ({
          Name: name,
          Properties: emulatorProperties(properties),
        })),
        Topics: Object.entries(topology.serviceBus.topics).map(([name, { subscriptions, ...properties }]) => ({
          Name: name,
          Properties: emulatorProperties(properties),
          Subscriptions: [
            ...Object.entries(subscriptions).map(([subscription, { rules, ...own }]) => ({
              Name: subscription,
              Properties: emulatorProperties(own),
              Rules: Object.entries(rules).map(([rule, { sql }]) => ({
                Name: rule,
                Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: sql } },
              })),
            })),
            ...everythingSubscriptions.map((subscription) => ({ Name: subscription })),
          ],
        })),
      },
    ],
    Logging: { Type: 'Console' },
  },
});

/** `lockDuration` is `LockDuration` there. */
const emulatorProperties = (properties: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
  );

/** Made at the first start and kept with the data: people must be found again under the same pseudonym. */
const pseudonymKey = (dataDir: string | undefined): string => {
  const fresh = (): string => randomBytes(32).toString('base64');
  if (dataDir === undefined) return fresh();
  const file = join(dataDir, 'pseudonym-key');
  if (!existsSync(file)) writeFileSync(file, fresh(), { mode: 0o600 });
  return readFileSync(file, 'utf8');
};

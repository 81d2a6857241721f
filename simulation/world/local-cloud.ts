// The local cloud in this thread, on virtual time, without a socket.

import { CosmosClient, type Database } from '@azure/cosmos';
import topology from '../../infra/topology.json' with { type: 'json' };
import { createContainers, serviceBusConfig } from '../../local/cloud.ts';
import { startCosmos, type LocalCosmos } from '../../local/cosmos/start-cosmos.ts';
import { startFace, type LocalFace } from '../../local/face/start-face.ts';
import { seed as seedCustomers } from '../../local/seed.ts';
import type { Wire } from '../../local/service-bus/in-process/wire.ts';
import { startServiceBus, type LocalServiceBus } from '../../local/service-bus/service-bus.ts';
import type { Random } from '../../evaluation/random.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import type { SimulatedProcess } from '../engine/simulated-process.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import { cosmosThroughNetwork } from './cosmos-through-network.ts';
import { makeRandomness } from './randomness.ts';
import type { Replicas } from './replicas.ts';
import { TokenService } from './token-service.ts';

export interface SimulatedCloud {
  cosmos: LocalCosmos;
  face: LocalFace;
  serviceBus: LocalServiceBus;
  tokens: TokenService;
  /** For seeding, and for looking at what is stored. */
  database: Database;
  /** The connections of one process to the broker; they end with it. */
  wireOf(process: SimulatedProcess): Wire;
  /** Breaks the connections of all processes to the broker. */
  cutConnections(): void;
  stop(): Promise<void>;
}

/** A customer whose requests are all refused. Each of them still nudges a sweep that has not run for long. */
export const terminatedCustomer = {
  id: 'customer',
  documentKind: 'customer',
  schemaVersion: 1,
  customerId: 'northwind',
  name: 'Northwind',
  eligibility: 'terminated',
  dailySessionQuota: 1,
  alternativePath: 'None.',
};

export const startSimulatedCloud = async (parts: {
  time: VirtualTime;
  random: Random;
  network: Network;
  checker: Checker;
  replicas?: Replicas;
  /** 0: as many as there are. */
  faceCallsPerSecond: number;
}): Promise<SimulatedCloud> => {
  const { time, random, network, checker, replicas, faceCallsPerSecond } = parts;
  const tokens = new TokenService({ time, random, network });
  const verifyToken = (token: string): boolean => tokens.isGood(token);
  const ids = makeRandomness(random);
  const newId = (): string => ids.uuid();
  const cosmos = await startCosmos({
    port: false,
    clock: time,
    ranges: 2,
    consistency: 'Strong',
    verifyToken,
    newId,
  });
  const face = await startFace({
    port: false,
    clock: time,
    seed: random.whole(1, 1_000_000),
    rateLimitPerSecond: faceCallsPerSecond,
    verifyToken,
  });
  const wires = new Set<Wire>();
  const serviceBus = await startServiceBus({
    port: false,
    clock: time,
    config: serviceBusConfig([]),
    newId,
  });
  // The checker and the replicas see what others than the product write, too.
  const httpClient = cosmosThroughNetwork(cosmos.httpClient, network, checker, replicas);
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key, httpClient });
  await createContainers(client);
  const database = client.database(topology.cosmos.database);
  await seedCustomers({ database });
  await database.container('customers').items.create(terminatedCustomer);
  return {
    cosmos,
    face,
    serviceBus,
    tokens,
    database,
    wireOf: (process) => {
      const wire = serviceBus.wire();
      wires.add(wire);
      void process.ended.then(() => {
        wires.delete(wire);
        wire.die();
      });
      return wire;
    },
    cutConnections: () => wires.forEach((wire) => wire.cut()),
    stop: async () => {
      client.dispose();
      await Promise.all([cosmos.stop(), face.stop(), serviceBus.stop()]);
    },
  };
};

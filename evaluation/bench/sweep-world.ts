// The product's sweeps on a local Cosmos DB, which counts what it is asked. Time is held and ids are counted, so that
// every run asks the same.

import topology from '../../infra/topology.json' with { type: 'json' };
import { CosmosCorrelations } from '../../shared/adapters/cosmos/cosmos-correlations.ts';
import { CosmosCustomerEvents } from '../../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosCustomers } from '../../shared/adapters/cosmos/cosmos-customers.ts';
import { CosmosCustomerWatches } from '../../shared/adapters/cosmos/cosmos-customer-watches.ts';
import { CosmosDecisions } from '../../shared/adapters/cosmos/cosmos-decisions.ts';
import { CosmosDevices } from '../../shared/adapters/cosmos/cosmos-devices.ts';
import { CosmosEndUsers } from '../../shared/adapters/cosmos/cosmos-end-users.ts';
import { CosmosObservations } from '../../shared/adapters/cosmos/cosmos-observations.ts';
import { CosmosPolicies } from '../../shared/adapters/cosmos/cosmos-policies.ts';
import { CosmosSweepRuns } from '../../shared/adapters/cosmos/cosmos-sweep-runs.ts';
import { MemoryFace } from '../../shared/adapters/memory/memory-face.ts';
import { MemoryIdempotencyKeys } from '../../shared/adapters/memory/memory-idempotency-keys.ts';
import {
  MemoryEventPublisher,
  MemoryResults,
  MemorySweepNudges,
} from '../../shared/adapters/memory/memory-messages.ts';
import type { Log, SweepName } from '../../shared/application/ports.ts';
import { makeUseCases } from '../../shared/application/use-cases.ts';
import { validatePolicyDocument as validatePolicy } from '../../shared/contracts/policy-schema.ts';
import { makePseudonyms, sha256Hex } from '../../shared/platform/hashes.ts';
import { send } from '../../test/local/cosmos/support/raw-request.ts';
import { countedRandomness } from '../../test/support/counted-randomness.ts';
import { heldClock } from '../../test/support/held-clock.ts';
import { openCosmosWorld } from '../../test/support/local-cosmos.ts';

export type SweepWorld = Awaited<ReturnType<typeof openSweepWorld>>;

/** What the database was asked. */
export interface Asked {
  requests: number;
  /** In request units. */
  charge: number;
}

type StoredIn = 'correlations' | 'devices' | 'observations';

/** So that a busy machine ends no call. */
const DEADLINE = { deadlineMs: 60_000 };
const CREATED = 201;

export const openSweepWorld = async (start: Date) => {
  const clock = heldClock(start);
  const world = await openCosmosWorld({ clock });
  const { cosmos } = world;
  const database = world.database.within(DEADLINE);
  const correlations = new CosmosCorrelations(database);
  const endUsers = new CosmosEndUsers(database);
  const watches = new CosmosCustomerWatches(database);
  const observations = new CosmosObservations(database);
  const complaints: string[] = [];
  const log: Log = {
    info: () => undefined,
    warn: (event) => complaints.push(event),
    error: (event) => complaints.push(event),
  };
  const useCases = makeUseCases({
    correlations,
    customerEvents: new CosmosCustomerEvents(database),
    customers: new CosmosCustomers(database),
    decisions: new CosmosDecisions(database),
    devices: new CosmosDevices(database),
    endUsers,
    face: new MemoryFace(),
    idempotencyKeys: new MemoryIdempotencyKeys(),
    publisher: new MemoryEventPublisher(),
    results: new MemoryResults(),
    sweepRuns: new CosmosSweepRuns(database, clock),
    sweepNudges: new MemorySweepNudges(),
    clock,
    randomness: countedRandomness(),
    log,
    wait: () => Promise.resolve(),
    pseudonyms: makePseudonyms({ version: 1, secret: Buffer.alloc(32, 1) }),
    sha256Hex,
    observations,
    watches,
    policyStore: new CosmosPolicies(database),
    validatePolicy,
    faceCallsPerSecond: 10,
    gate: { correlations, endUsers, watches },
  });

  const asked = (): Asked => {
    const containers = Object.values(cosmos.inspect().containers);
    const operations = containers.flatMap((container) => Object.values(container.operations));
    return {
      requests: operations.reduce((sum, { count }) => sum + count, 0),
      charge: containers.reduce((sum, { requestCharge }) => sum + requestCharge, 0),
    };
  };

  const measured = async (run: () => Promise<void>): Promise<Asked> => {
    const before = asked();
    await run();
    const after = asked();
    return { requests: after.requests - before.requests, charge: after.charge - before.charge };
  };

  /** One run, as its timer starts it; throws when it has anything to complain of. */
  const sweep = async (name: SweepName): Promise<Asked & { done: number }> => {
    let done = 0;
    const usage = await measured(async () => {
      const swept = await useCases.runSweep(name);
      done = swept.done;
      if (swept.postponed > 0) complaints.push(`${swept.postponed} put off`);
    });
    if (complaints.length > 0) throw new Error(`${name}: ${complaints.join(', ')}`);
    return { ...usage, done };
  };

  /** The requests that the SDK would send, straight into the server: through it and a socket they take seven times as long. */
  const store = async (container: StoredIn, documents: Iterable<Record<string, unknown>>): Promise<void> => {
    const partitionKey = topology.cosmos.containers[container].partitionKey.slice(1);
    for (const document of documents) {
      const { status, body } = await send(cosmos, {
        method: 'POST',
        path: `/dbs/${world.raw.id}/colls/${container}/docs`,
        headers: { 'x-ms-documentdb-partitionkey': JSON.stringify([document[partitionKey]]) },
        body: JSON.stringify(document),
      });
      if (status !== CREATED) throw new Error(`a document was not stored: ${body.message ?? status}`);
    }
  };

  return { clock, raw: world.raw, watches, observations, measured, sweep, store, close: () => world.stop() };
};

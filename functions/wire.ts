// Connections -> adapters -> use cases: how the product hangs together, whatever it is connected to.

import {
  CosmosClientApplications,
  CosmosIdempotencyKeys,
} from '../shared/adapters/cosmos/cosmos-client-applications.ts';
import { CosmosCorrelations } from '../shared/adapters/cosmos/cosmos-correlations.ts';
import { CosmosCustomerEvents } from '../shared/adapters/cosmos/cosmos-customer-events.ts';
import { CosmosCustomers } from '../shared/adapters/cosmos/cosmos-customers.ts';
import { CosmosCustomerWatches } from '../shared/adapters/cosmos/cosmos-customer-watches.ts';
import type { CosmosDatabase } from '../shared/adapters/cosmos/cosmos-database.ts';
import { CosmosDecisions } from '../shared/adapters/cosmos/cosmos-decisions.ts';
import { CosmosDevices } from '../shared/adapters/cosmos/cosmos-devices.ts';
import { CosmosEndUsers } from '../shared/adapters/cosmos/cosmos-end-users.ts';
import { CosmosObservations } from '../shared/adapters/cosmos/cosmos-observations.ts';
import { CosmosPolicies } from '../shared/adapters/cosmos/cosmos-policies.ts';
import { CosmosSweepRuns } from '../shared/adapters/cosmos/cosmos-sweep-runs.ts';
import type { ServiceBusConnection } from '../shared/adapters/service-bus/service-bus-connection.ts';
import { ServiceBusEventPublisher } from '../shared/adapters/service-bus/service-bus-event-publisher.ts';
import { ServiceBusParkedMessages } from '../shared/adapters/service-bus/service-bus-parked-messages.ts';
import { ServiceBusResults } from '../shared/adapters/service-bus/service-bus-results.ts';
import { ServiceBusSweepNudges } from '../shared/adapters/service-bus/service-bus-sweep-nudges.ts';
import type { FaceSessions } from '../shared/application/ports.ts';
import { makeUseCases, type Ports } from '../shared/application/use-cases.ts';
import { validatePolicyDocument as validatePolicy } from '../shared/contracts/policy-schema.ts';
import { makeParkMessage } from '../shared/messaging/park-message.ts';
import { makeRecordResultMessages } from '../shared/messaging/record-results-message.ts';
import { sha256Hex } from '../shared/platform/hashes.ts';

/** What differs from one process to the next. */
export interface Surroundings extends Pick<
  Ports,
  'clock' | 'randomness' | 'wait' | 'log' | 'pseudonyms' | 'faceCallsPerSecond'
> {
  database: CosmosDatabase;
  serviceBus: ServiceBusConnection;
  face: FaceSessions;
}

/** Of a call that nobody waits for: connections are made with it. */
export const DEADLINE = { deadlineMs: 10_000 };
/** Somebody waits for a token. */
const GATE_DEADLINE = { deadlineMs: 2000 };

export const wire = ({ database, serviceBus, ...surroundings }: Surroundings) => {
  const gateDatabase = database.within(GATE_DEADLINE);
  const results = new ServiceBusResults(serviceBus);
  const sweepRuns = new CosmosSweepRuns(database, surroundings.clock);
  const useCases = makeUseCases({
    ...surroundings,
    sha256Hex,
    validatePolicy,
    correlations: new CosmosCorrelations(database),
    customerEvents: new CosmosCustomerEvents(database),
    customers: new CosmosCustomers(gateDatabase),
    decisions: new CosmosDecisions(database),
    devices: new CosmosDevices(database),
    endUsers: new CosmosEndUsers(database),
    idempotencyKeys: new CosmosIdempotencyKeys(gateDatabase),
    observations: new CosmosObservations(database),
    policyStore: new CosmosPolicies(gateDatabase),
    publisher: new ServiceBusEventPublisher(serviceBus),
    results,
    sweepNudges: new ServiceBusSweepNudges(serviceBus),
    sweepRuns,
    watches: new CosmosCustomerWatches(database),
    gate: {
      correlations: new CosmosCorrelations(gateDatabase),
      endUsers: new CosmosEndUsers(gateDatabase),
      watches: new CosmosCustomerWatches(gateDatabase),
    },
  });
  const parkMessage = makeParkMessage({ ...surroundings, parkedMessages: new ServiceBusParkedMessages(serviceBus) });
  return {
    useCases,
    parkMessage,
    recordResultMessages: makeRecordResultMessages({
      ...surroundings,
      ...useCases,
      parkMessage,
      postponedResults: results,
    }),
    clientApplications: new CosmosClientApplications(gateDatabase),
    sweepRuns,
  };
};

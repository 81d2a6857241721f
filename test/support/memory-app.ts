// The whole app without its triggers, in memory. What is kept outlives a process; a process is the use cases with ports
// that may be in trouble.

import { MemoryCorrelations } from '../../shared/adapters/memory/memory-correlations.ts';
import { MemoryCustomerEvents } from '../../shared/adapters/memory/memory-customer-events.ts';
import { MemoryCustomers } from '../../shared/adapters/memory/memory-customers.ts';
import { MemoryCustomerWatches } from '../../shared/adapters/memory/memory-customer-watches.ts';
import { MemoryDecisions } from '../../shared/adapters/memory/memory-decisions.ts';
import { MemoryDevices } from '../../shared/adapters/memory/memory-devices.ts';
import { MemoryEndUsers } from '../../shared/adapters/memory/memory-end-users.ts';
import { MemoryFace } from '../../shared/adapters/memory/memory-face.ts';
import { MemoryIdempotencyKeys } from '../../shared/adapters/memory/memory-idempotency-keys.ts';
import {
  MemoryEventPublisher,
  MemoryResults,
  MemorySweepNudges,
} from '../../shared/adapters/memory/memory-messages.ts';
import { MemoryObservations } from '../../shared/adapters/memory/memory-observations.ts';
import { MemoryPolicies } from '../../shared/adapters/memory/memory-policies.ts';
import { MemorySweepRuns } from '../../shared/adapters/memory/memory-sweep-runs.ts';
import type { SessionRequest } from '../../shared/application/issue-liveness-session.ts';
import type { Recording } from '../../shared/application/record-liveness-results.ts';
import { makeUseCases } from '../../shared/application/use-cases.ts';
import { validatePolicyDocument as validatePolicy } from '../../shared/contracts/policy-schema.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { makePseudonyms, sha256Hex } from '../../shared/platform/hashes.ts';
import { aCustomer, clientKey, customerId } from './builders.ts';
import { countedRandomness } from './counted-randomness.ts';
import { heldClock } from './held-clock.ts';
import { memoryLog } from './memory-log.ts';
import { makeTrouble, type Trouble } from './trouble.ts';

export const policy = defaultPolicy;
export const pseudonyms = makePseudonyms({ version: 1, secret: Buffer.alloc(32, 7) });
export const FACE_CALLS_PER_SECOND = 10;

export type MemoryApp = ReturnType<typeof memoryApp>;
export type Process = ReturnType<MemoryApp['process']>;

export const memoryApp = () => {
  const customerEvents = new MemoryCustomerEvents();
  const kept = {
    clock: heldClock(),
    randomness: countedRandomness(),
    log: memoryLog(),
    waits: [] as number[],
    customers: new MemoryCustomers(),
    customerEvents,
    policyStore: new MemoryPolicies(customerEvents),
    observations: new MemoryObservations(),
    watches: new MemoryCustomerWatches(customerEvents),
    correlations: new MemoryCorrelations(),
    endUsers: new MemoryEndUsers(),
    devices: new MemoryDevices(),
    idempotencyKeys: new MemoryIdempotencyKeys(),
    decisions: new MemoryDecisions(),
    sweepRuns: new MemorySweepRuns(),
    face: new MemoryFace(),
    results: new MemoryResults(),
    publisher: new MemoryEventPublisher(),
    nudges: new MemorySweepNudges(),
  };
  kept.customers.put(aCustomer());
  return { ...kept, process: (trouble: Trouble = makeTrouble()) => makeProcess(kept, trouble) };
};

const makeProcess = (kept: Omit<MemoryApp, 'process'>, { around }: Trouble) => {
  const correlations = around('correlations', kept.correlations);
  const endUsers = around('endUsers', kept.endUsers);
  const watches = around('watches', kept.watches);
  const useCases = makeUseCases({
    correlations,
    endUsers,
    customers: around('customers', kept.customers),
    customerEvents: around('customerEvents', kept.customerEvents),
    decisions: around('decisions', kept.decisions),
    devices: around('devices', kept.devices),
    face: around('face', kept.face),
    idempotencyKeys: around('idempotencyKeys', kept.idempotencyKeys),
    publisher: around('publisher', kept.publisher),
    results: around('results', kept.results),
    sweepRuns: kept.sweepRuns,
    sweepNudges: kept.nudges,
    clock: kept.clock,
    randomness: kept.randomness,
    log: kept.log,
    wait: (milliseconds) => {
      kept.waits.push(milliseconds);
      return Promise.resolve();
    },
    pseudonyms,
    sha256Hex,
    policyStore: around('policyStore', kept.policyStore),
    observations: around('observations', kept.observations),
    watches,
    validatePolicy,
    faceCallsPerSecond: FACE_CALLS_PER_SECOND,
    gate: { correlations, endUsers, watches },
  });
  const { issueLivenessSession, recordLivenessResults, sweeps } = useCases;

  return {
    ...useCases,
    completeDecisions: sweeps['complete-decisions'],
    collectUnreportedResults: sweeps['collect-unreported-results'],
    detectAbusePatterns: sweeps['detect-abuse-patterns'],
    publishPendingEvents: sweeps['publish-events'],
    watchCustomers: sweeps['watch-customers'],

    issue: (request: Partial<SessionRequest> = {}) => issueLivenessSession({ ...aRequest, ...request }),
    /** A token, or the test fails. */
    issued: async (request: Partial<SessionRequest> = {}) => {
      const decision = await issueLivenessSession({ ...aRequest, ...request });
      if (decision.kind !== 'issued') throw new Error(`no token: ${JSON.stringify(decision)}`);
      return decision;
    },
    /** The consumer of the queue records everything that is there; what it does not complete comes again. */
    drainResults: async (): Promise<Recording[]> => {
      const delivered = [...kept.results.sent];
      const byCorrelation = Map.groupBy(delivered, ({ correlationId }) => correlationId);
      const recordings: Recording[] = [];
      for (const [correlationId, events] of byCorrelation) {
        recordings.push(...(await recordLivenessResults(correlationId, events)));
      }
      kept.results.sent.splice(0, delivered.length);
      return recordings;
    },
  };
};

const aRequest: SessionRequest = {
  caller: { clientKey, customerId },
  kind: 'liveness',
  endUserRef: 'alice',
  deviceId: 'phone',
  operationMode: 'PassiveActive',
};

/** Everything that timers and the queue would bring about within so many seconds. */
export const letTimePass = async (app: MemoryApp, process: Process, seconds: number): Promise<void> => {
  const STEP_SECONDS = 60;
  for (let passed = 0; passed < seconds; passed += STEP_SECONDS) {
    app.clock.advanceSeconds(Math.min(STEP_SECONDS, seconds - passed));
    await process.runSweep('collect-unreported-results');
    await process.drainResults();
    await process.runSweep('detect-abuse-patterns');
    await process.runSweep('publish-events');
    await process.runSweep('complete-decisions');
    await process.runSweep('watch-customers');
  }
};

/** The record of the correlation id that an end user has now. */
export const correlationOf = async (app: MemoryApp, endUserRef = 'alice') => {
  const endUser = await app.endUsers.find(pseudonyms.endUserKey(customerId, endUserRef));
  const found = endUser && (await app.correlations.find(endUser.record.correlationId));
  if (found === undefined) throw new Error('the end user has no correlation id yet');
  return found.record;
};

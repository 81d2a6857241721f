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
import { encodeResult } from '../../shared/contracts/result-message.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { makeParkMessage } from '../../shared/messaging/park-message.ts';
import { makeRecordResultMessages } from '../../shared/messaging/record-results-message.ts';
import { makePseudonyms, sha256Hex } from '../../shared/platform/hashes.ts';
import { aCustomer, clientKey, customerId } from './builders.ts';
import { countedRandomness } from './counted-randomness.ts';
import { heldClock } from './held-clock.ts';
import { memoryLog } from './memory-log.ts';
import { MemoryParkedMessages, MemoryPostponedResults } from './memory-set-aside.ts';
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
    parkedMessages: new MemoryParkedMessages(),
    postponedResults: new MemoryPostponedResults(),
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
    sweepRuns: around('sweepRuns', kept.sweepRuns),
    sweepNudges: around('sweepNudges', kept.nudges),
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
  const recordResultMessages = makeRecordResultMessages({
    ...kept,
    ...useCases,
    wait: () => Promise.resolve(),
    parkMessage: makeParkMessage({ log: kept.log, parkedMessages: around('parkedMessages', kept.parkedMessages) }),
    postponedResults: around('postponedResults', kept.postponedResults),
  });
  const deliveries = around('deliveries', {
    complete: (remove: () => void): Promise<void> => {
      remove();
      return Promise.resolve();
    },
  });

  return {
    ...useCases,
    recordResultMessages,
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
    /** The queue hands everything out that is there and due. What its consumer does not complete comes again. */
    deliverResults: async (): Promise<void> => {
      const { sent } = kept.results;
      const { postponed } = kept.postponedResults;
      const taken = [...sent];
      const due = postponed.filter(({ until }) => until <= kept.clock.now());
      const messages = [...taken.map(encodeResult), ...due.map(({ message }) => message)];
      if (messages.length === 0) return;
      await recordResultMessages(messages.map((message) => JSON.stringify(message)));
      await deliveries.complete(() => {
        sent.splice(0, taken.length);
        for (const message of due) postponed.splice(postponed.indexOf(message), 1);
      });
    },
    /** As if the queue had no consumer of its own: records everything that is there, and tells what came of it. */
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

/** Everything that timers and the queue would bring about within so many seconds, looked at every so often. */
export const letTimePass = async (
  app: MemoryApp,
  process: Process,
  seconds: number,
  stepSeconds = 60,
): Promise<void> => {
  for (let passed = 0; passed < seconds; passed += stepSeconds) {
    app.clock.advanceSeconds(Math.min(stepSeconds, seconds - passed));
    await process.runSweep('collect-unreported-results');
    await process.deliverResults();
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

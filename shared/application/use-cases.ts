// How the use cases fit together: ports in, use cases out. Production and tests wire by this one list.

import { makeChangeCustomerPolicy } from './change-customer-policy.ts';
import { makeCloseLivenessSession } from './close-liveness-session.ts';
import { makeCloseOpenSessions } from './close-open-sessions.ts';
import { makeCollectUnreportedResults } from './collect-unreported-results.ts';
import { makeCompleteLivenessSession } from './complete-liveness-session.ts';
import { makeCreateObservations } from './create-observations.ts';
import { makeDeleteLivenessSession } from './delete-liveness-session.ts';
import { makeDetectAbusePatterns } from './detect-abuse-patterns.ts';
import { makeIssueLivenessSession } from './issue-liveness-session.ts';
import { makeOpenIncidents } from './open-incidents.ts';
import type {
  Clock,
  Correlations,
  CustomerEvents,
  Customers,
  CustomerWatches,
  Decisions,
  Devices,
  EndUsers,
  EventPublisher,
  FaceSessions,
  IdempotencyKeys,
  LivenessResults,
  Log,
  Observations,
  PolicyStore,
  Pseudonyms,
  Randomness,
  Sha256Hex,
  SweepNudges,
  SweepRuns,
  ValidatePolicy,
  Wait,
} from './ports.ts';
import { makePublishEvents, makePublishPendingEvents } from './publish-events.ts';
import { makePublishPolicy } from './publish-policy.ts';
import { makeReadCorrelation } from './read-correlation.ts';
import { makeReadFlag } from './read-flag.ts';
import { makeReadLivenessSession } from './read-liveness-session.ts';
import { makeReadPolicies } from './read-policies.ts';
import { makeRecordLivenessResults } from './record-liveness-results.ts';
import { makeResetCorrelation } from './reset-correlation.ts';
import { makeRulesFor } from './rules.ts';
import { makeEffectivePolicies } from './effective-policies.ts';
import { makeResolveEndUser } from './resolve-end-user.ts';
import { makeSetCustomerPolicy } from './set-customer-policy.ts';
import { makeSetEnforcement } from './set-enforcement.ts';
import { inTurn, makeNudgeStaleSweeps, makeRunSweep } from './sweeps.ts';
import { makeWatchCustomers } from './watch-customers.ts';

export interface Ports {
  correlations: Correlations;
  customerEvents: CustomerEvents;
  customers: Customers;
  decisions: Decisions;
  devices: Devices;
  endUsers: EndUsers;
  face: FaceSessions;
  idempotencyKeys: IdempotencyKeys;
  publisher: EventPublisher;
  results: LivenessResults;
  sweepRuns: SweepRuns;
  sweepNudges: SweepNudges;
  clock: Clock;
  randomness: Randomness;
  wait: Wait;
  pseudonyms: Pseudonyms;
  sha256Hex: Sha256Hex;
  log: Log;
  observations: Observations;
  watches: CustomerWatches;
  policyStore: PolicyStore;
  validatePolicy: ValidatePolicy;
  /** How many calls a second the Face resource takes. */
  faceCallsPerSecond: number;
  /** The stores that a token request asks: the same ones, with less patience, since somebody waits for the token. */
  gate: { correlations: Correlations; endUsers: EndUsers; watches: CustomerWatches };
}

export const makeUseCases = (given: Ports) => {
  const openIncidents = makeOpenIncidents({ ...given, watches: given.gate.watches });
  const rulesFor = makeRulesFor({ ...given, policies: makeEffectivePolicies(given), openIncidents });
  const ports = {
    ...given,
    rulesFor,
    createObservations: makeCreateObservations({ ...given, rulesFor }),
  };
  const publishEvents = makePublishEvents(ports);
  const nudgeStaleSweeps = makeNudgeStaleSweeps(ports);
  const recordLivenessResults = makeRecordLivenessResults({ ...ports, publishEvents });
  const closeLivenessSession = makeCloseLivenessSession(ports);
  const closeOpenSessions = makeCloseOpenSessions({ ...ports, closeLivenessSession });
  const { resetCorrelation, completeDecisions } = makeResetCorrelation({ ...ports, closeOpenSessions, publishEvents });
  const changeCustomerPolicy = makeChangeCustomerPolicy({ ...ports, publishEvents });
  const { setEnforcement, endEnforcementOff } = makeSetEnforcement({ ...ports, changeCustomerPolicy });
  const sweeps = {
    'detect-abuse-patterns': makeDetectAbusePatterns({ ...ports, publishEvents }),
    'collect-unreported-results': makeCollectUnreportedResults({ ...ports, closeLivenessSession }),
    'publish-events': makePublishPendingEvents(ports),
    'complete-decisions': inTurn(completeDecisions, endEnforcementOff),
    'watch-customers': makeWatchCustomers({ ...ports, publishEvents }),
  };

  return {
    issueLivenessSession: makeIssueLivenessSession({
      ...ports,
      correlations: ports.gate.correlations,
      resolveEndUser: makeResolveEndUser({ ...ports, endUsers: ports.gate.endUsers }),
      closeUnused: makeCloseLivenessSession({
        ...ports,
        // The new token needs the place of the old one at once, so its end is not sent round by the queue.
        results: {
          send: async (events) => {
            const [first] = events;
            if (first !== undefined) await recordLivenessResults(first.correlationId, events);
          },
        },
      }),
      nudgeStaleSweeps,
    }),
    completeLivenessSession: makeCompleteLivenessSession({ ...ports, closeLivenessSession }),
    readLivenessSession: makeReadLivenessSession(ports),
    deleteLivenessSession: makeDeleteLivenessSession({ ...ports, closeLivenessSession }),
    readCorrelation: makeReadCorrelation(ports),
    readFlag: makeReadFlag(ports),
    resetCorrelation,
    publishPolicy: makePublishPolicy(ports),
    setCustomerPolicy: makeSetCustomerPolicy({ ...ports, changeCustomerPolicy }),
    setEnforcement,
    ...makeReadPolicies(ports),
    recordLivenessResults,
    closeLivenessSession,
    closeOpenSessions,
    nudgeStaleSweeps,
    createObservations: ports.createObservations,
    openIncidents,
    sweeps,
    runSweep: makeRunSweep({ ...ports, sweeps }),
  };
};

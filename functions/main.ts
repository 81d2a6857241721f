// settings -> adapters -> use cases -> handlers -> register. The only file that sees all of it; nothing connects here.

import { AzureKeyCredential } from '@azure/core-auth';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import {
  CosmosClientApplications,
  CosmosIdempotencyKeys,
} from '../shared/adapters/cosmos/cosmos-client-applications.ts';
import { CosmosCorrelations } from '../shared/adapters/cosmos/cosmos-correlations.ts';
import { CosmosCustomers } from '../shared/adapters/cosmos/cosmos-customers.ts';
import { connectCosmos } from '../shared/adapters/cosmos/cosmos-database.ts';
import { CosmosDecisions } from '../shared/adapters/cosmos/cosmos-decisions.ts';
import { CosmosDevices } from '../shared/adapters/cosmos/cosmos-devices.ts';
import { CosmosEndUsers } from '../shared/adapters/cosmos/cosmos-end-users.ts';
import { CosmosSweepRuns } from '../shared/adapters/cosmos/cosmos-sweep-runs.ts';
import { FaceService } from '../shared/adapters/face/face-service.ts';
import { connectServiceBus } from '../shared/adapters/service-bus/service-bus-connection.ts';
import { ServiceBusEventPublisher } from '../shared/adapters/service-bus/service-bus-event-publisher.ts';
import { ServiceBusParkedMessages } from '../shared/adapters/service-bus/service-bus-parked-messages.ts';
import { ServiceBusResults } from '../shared/adapters/service-bus/service-bus-results.ts';
import { ServiceBusSweepNudges } from '../shared/adapters/service-bus/service-bus-sweep-nudges.ts';
import { makeCloseLivenessSession } from '../shared/application/close-liveness-session.ts';
import { makeCloseOpenSessions } from '../shared/application/close-open-sessions.ts';
import { makeCollectUnreportedResults } from '../shared/application/collect-unreported-results.ts';
import { makeCompleteLivenessSession } from '../shared/application/complete-liveness-session.ts';
import { makeDeleteLivenessSession } from '../shared/application/delete-liveness-session.ts';
import { makeDetectAbusePatterns } from '../shared/application/detect-abuse-patterns.ts';
import { makeIssueLivenessSession } from '../shared/application/issue-liveness-session.ts';
import { makePublishEvents, makePublishPendingEvents } from '../shared/application/publish-events.ts';
import { makeReadCorrelation } from '../shared/application/read-correlation.ts';
import { makeReadLivenessSession } from '../shared/application/read-liveness-session.ts';
import { makeReadStatus } from '../shared/application/read-status.ts';
import { makeRecordLivenessResults } from '../shared/application/record-liveness-results.ts';
import { makeResetCorrelation } from '../shared/application/reset-correlation.ts';
import { makeResolveEndUser } from '../shared/application/resolve-end-user.ts';
import { makeNudgeStaleSweeps, makeRunSweep } from '../shared/application/sweeps.ts';
import { defaultPolicy as policy } from '../shared/domain/policy.ts';
import { makeAuthentication } from '../shared/http/authenticate.ts';
import { makeRecordResultMessages } from '../shared/messaging/record-results-message.ts';
import { systemClock as clock, systemRandomness as randomness, systemWait as wait } from '../shared/platform/clock.ts';
import { makePseudonyms, sha256Hex } from '../shared/platform/hashes.ts';
import { invocationLog as log, logWithinInvocation } from '../shared/platform/log.ts';
import { readSettings } from '../shared/platform/settings.ts';
import { completeLivenessSessionHandler } from './http/complete-liveness-session.ts';
import { createLivenessSessionHandler } from './http/create-liveness-session.ts';
import { createLivenessWithVerifySessionHandler } from './http/create-liveness-with-verify-session.ts';
import { deleteLivenessSessionHandler } from './http/delete-liveness-session.ts';
import { getCorrelationHandler } from './http/get-correlation.ts';
import { getHealthHandler } from './http/get-health.ts';
import { getLivenessSessionHandler } from './http/get-liveness-session.ts';
import { getStatusHandler } from './http/get-status.ts';
import { resetCorrelationHandler } from './http/reset-correlation.ts';
import { closeOpenSessionsHandler } from './messages/close-open-sessions.ts';
import { recordLivenessResultHandler } from './messages/record-liveness-result.ts';
import { runSweepHandler } from './messages/run-sweep.ts';
import { registerFunctions } from './register.ts';
import { collectUnreportedResultsHandler } from './timers/collect-unreported-results.ts';
import { completeDecisionsHandler } from './timers/complete-decisions.ts';
import { detectAbusePatternsHandler } from './timers/detect-abuse-patterns.ts';
import { publishEventsHandler } from './timers/publish-events.ts';

const settings = readSettings(process.env);

// Somebody waits for a token; nobody waits for the rest.
const GATE_DEADLINE = { deadlineMs: 2000 };
const DEADLINE = { deadlineMs: 10_000 };

const { managedIdentityClientId } = settings;
const identity = () =>
  new ManagedIdentityCredential(managedIdentityClientId === undefined ? {} : { clientId: managedIdentityClientId });
const keyOrIdentity = (key: string | undefined) =>
  key === undefined ? { kind: 'identity' as const, credential: identity() } : { kind: 'key' as const, key };

const database = connectCosmos(
  { endpoint: settings.cosmos.endpoint, credential: keyOrIdentity(settings.cosmos.key) },
  DEADLINE,
);
const serviceBus = connectServiceBus(
  'connectionString' in settings.serviceBus
    ? { kind: 'connection-string', connectionString: settings.serviceBus.connectionString }
    : { kind: 'identity', namespace: settings.serviceBus.namespace, credential: identity() },
);
const face = new FaceService({
  endpoint: settings.face.endpoint,
  credential:
    settings.face.key === undefined
      ? { kind: 'identity', credential: identity() }
      : { kind: 'key', key: new AzureKeyCredential(settings.face.key) },
  deadlineMs: DEADLINE.deadlineMs,
});

const correlations = new CosmosCorrelations(database);
const gateDatabase = database.within(GATE_DEADLINE);
const endUsers = new CosmosEndUsers(database);
const clientApplications = new CosmosClientApplications(gateDatabase);
const sweepRuns = new CosmosSweepRuns(database, clock);
const results = new ServiceBusResults(serviceBus);
const pseudonyms = makePseudonyms(settings.pseudonyms);

const publisher = new ServiceBusEventPublisher(serviceBus);
const publishEvents = makePublishEvents({ correlations, publisher, clock, log });
const nudgeStaleSweeps = makeNudgeStaleSweeps({
  sweepRuns,
  sweepNudges: new ServiceBusSweepNudges(serviceBus),
  clock,
  log,
});
const recordLivenessResults = makeRecordLivenessResults({
  correlations,
  devices: new CosmosDevices(database),
  randomness,
  clock,
  policy,
  log,
  publishEvents,
});
const closeLivenessSession = makeCloseLivenessSession({ correlations, face, results, clock, policy });
const closeOpenSessions = makeCloseOpenSessions({ correlations, closeLivenessSession, log });
const { resetCorrelation, completeDecisions } = makeResetCorrelation({
  correlations,
  decisions: new CosmosDecisions(database),
  endUsers,
  randomness,
  clock,
  policy,
  log,
  closeOpenSessions,
  publishEvents,
});
const runSweep = makeRunSweep({
  sweepRuns,
  clock,
  log,
  sweeps: {
    'detect-abuse-patterns': makeDetectAbusePatterns({
      correlations,
      randomness,
      clock,
      policy,
      sha256Hex,
      log,
      publishEvents,
    }),
    'collect-unreported-results': makeCollectUnreportedResults({
      correlations,
      clock,
      policy,
      log,
      wait,
      closeLivenessSession,
      faceCallsPerSecond: settings.face.callsPerSecond,
    }),
    'publish-events': makePublishPendingEvents({ correlations, publisher, clock, log }),
    'complete-decisions': completeDecisions,
  },
});

const tools = {
  clock,
  log,
  authentication: makeAuthentication({ ...settings.authentication, clientApplications, clock }),
};
const issuing = {
  ...tools,
  sha256Hex,
  issueLivenessSession: makeIssueLivenessSession({
    customers: new CosmosCustomers(gateDatabase),
    correlations: new CosmosCorrelations(gateDatabase),
    idempotencyKeys: new CosmosIdempotencyKeys(gateDatabase),
    face,
    pseudonyms,
    randomness,
    clock,
    policy,
    log,
    resolveEndUser: makeResolveEndUser({ endUsers: new CosmosEndUsers(gateDatabase), pseudonyms, randomness }),
    closeUnused: makeCloseLivenessSession({
      correlations,
      face,
      clock,
      policy,
      // The new token needs the place of the old one at once, so its end is not sent round by the queue.
      results: {
        send: async ([first, ...rest]) => {
          if (first !== undefined) await recordLivenessResults(first.correlationId, [first, ...rest]);
        },
      },
    }),
    nudgeStaleSweeps,
  }),
};

app.hook.preInvocation(logWithinInvocation);
registerFunctions(app, {
  http: {
    createLivenessSession: createLivenessSessionHandler(issuing),
    createLivenessWithVerifySession: createLivenessWithVerifySessionHandler(issuing),
    completeLivenessSession: completeLivenessSessionHandler({
      ...tools,
      completeLivenessSession: makeCompleteLivenessSession({ correlations, clock, policy, closeLivenessSession }),
    }),
    getLivenessSession: getLivenessSessionHandler({
      ...tools,
      readLivenessSession: makeReadLivenessSession({ correlations, clock }),
    }),
    deleteLivenessSession: deleteLivenessSessionHandler({
      ...tools,
      deleteLivenessSession: makeDeleteLivenessSession({ correlations, closeLivenessSession }),
    }),
    getCorrelation: getCorrelationHandler({
      ...tools,
      readCorrelation: makeReadCorrelation({ correlations, clock, policy }),
    }),
    resetCorrelation: resetCorrelationHandler({ ...tools, resetCorrelation }),
    getStatus: getStatusHandler({
      ...tools,
      readStatus: makeReadStatus({
        clock,
        sweepRuns,
        probes: {
          cosmos: {
            probe: async () => {
              await clientApplications.findCustomerId('status');
            },
            advice: 'Check COSMOS_ENDPOINT and the data role of the identity.',
          },
          face: {
            probe: async () => {
              await face.read('liveness', '00000000-0000-0000-0000-000000000000');
            },
            advice: 'Check FACE_ENDPOINT, the role of the identity, and the limited-access approval of the resource.',
          },
        },
      }),
    }),
    getHealth: getHealthHandler(),
  },
  messages: {
    recordLivenessResult: recordLivenessResultHandler(
      makeRecordResultMessages({
        recordLivenessResults,
        parkedMessages: new ServiceBusParkedMessages(serviceBus),
        postponedResults: results,
        nudgeStaleSweeps,
        clock,
        wait,
        log,
      }),
    ),
    closeOpenSessions: closeOpenSessionsHandler({ closeOpenSessions, log }),
    runSweep: runSweepHandler({ runSweep, log }),
  },
  timers: {
    detectAbusePatterns: detectAbusePatternsHandler(runSweep),
    collectUnreportedResults: collectUnreportedResultsHandler(runSweep),
    publishEvents: publishEventsHandler(runSweep),
    completeDecisions: completeDecisionsHandler(runSweep),
  },
});

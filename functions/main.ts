// settings -> connections -> use cases -> handlers -> register. Nothing connects here.

import { AzureKeyCredential } from '@azure/core-auth';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import { connectCosmos } from '../shared/adapters/cosmos/cosmos-database.ts';
import { FaceService } from '../shared/adapters/face/face-service.ts';
import { connectServiceBus } from '../shared/adapters/service-bus/service-bus-connection.ts';
import { makeReadStatus } from '../shared/application/read-status.ts';
import { makeAuthentication, probeIssuers } from '../shared/http/authenticate.ts';
import { systemClock as clock, systemRandomness as randomness, systemWait as wait } from '../shared/platform/clock.ts';
import { makePseudonyms, sha256Hex } from '../shared/platform/hashes.ts';
import { invocationLog as log, logWithinInvocation } from '../shared/platform/log.ts';
import { rememberedTokens } from '../shared/platform/remembered-tokens.ts';
import { readSettings } from '../shared/platform/settings.ts';
import { tokenWithinDeadline } from '../shared/platform/token-within-deadline.ts';
import { completeLivenessSessionHandler } from './http/complete-liveness-session.ts';
import { createLivenessSessionHandler } from './http/create-liveness-session.ts';
import { createLivenessWithVerifySessionHandler } from './http/create-liveness-with-verify-session.ts';
import { deleteLivenessSessionHandler } from './http/delete-liveness-session.ts';
import { getActivePolicyHandler } from './http/get-active-policy.ts';
import { getCorrelationHandler } from './http/get-correlation.ts';
import { getCustomerPolicyHandler } from './http/get-customer-policy.ts';
import { getEnforcementHandler } from './http/get-enforcement.ts';
import { getFlagHandler } from './http/get-flag.ts';
import { getHealthHandler } from './http/get-health.ts';
import { getLivenessSessionHandler } from './http/get-liveness-session.ts';
import { getStatusHandler } from './http/get-status.ts';
import { putActivePolicyHandler } from './http/put-active-policy.ts';
import { putCustomerPolicyHandler } from './http/put-customer-policy.ts';
import { putEnforcementHandler } from './http/put-enforcement.ts';
import { resetCorrelationHandler } from './http/reset-correlation.ts';
import { closeOpenSessionsHandler } from './messages/close-open-sessions.ts';
import { recordLivenessResultHandler } from './messages/record-liveness-result.ts';
import { runSweepHandler } from './messages/run-sweep.ts';
import { registerFunctions } from './register.ts';
import { collectUnreportedResultsHandler } from './timers/collect-unreported-results.ts';
import { completeDecisionsHandler } from './timers/complete-decisions.ts';
import { detectAbusePatternsHandler } from './timers/detect-abuse-patterns.ts';
import { publishEventsHandler } from './timers/publish-events.ts';
import { watchCustomersHandler } from './timers/watch-customers.ts';
import { DEADLINE, wire } from './wire.ts';

const settings = readSettings(process.env);

const { managedIdentityClientId } = settings;
const identity = () =>
  tokenWithinDeadline(
    new ManagedIdentityCredential(managedIdentityClientId === undefined ? {} : { clientId: managedIdentityClientId }),
  );
const rememberedIdentity = () => ({ kind: 'identity' as const, credential: rememberedTokens(identity(), clock) });

const database = connectCosmos(
  {
    endpoint: settings.cosmos.endpoint,
    credential: settings.cosmos.key === undefined ? rememberedIdentity() : { kind: 'key', key: settings.cosmos.key },
  },
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
      ? rememberedIdentity()
      : { kind: 'key', key: new AzureKeyCredential(settings.face.key) },
  deadlineMs: DEADLINE.deadlineMs,
});

const { useCases, parkMessage, recordResultMessages, clientApplications, sweepRuns } = wire({
  database,
  serviceBus,
  face,
  clock,
  randomness,
  wait,
  log,
  pseudonyms: makePseudonyms(settings.pseudonyms),
  faceCallsPerSecond: settings.face.callsPerSecond,
});

const tools = {
  clock,
  log,
  authentication: makeAuthentication({ ...settings.authentication, clientApplications, clock }),
};
const parts = { ...tools, ...useCases, sha256Hex };

// Without it the platform leaves empty messages out of a batch and completes them: nobody would ever hear of them.
app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });
app.hook.preInvocation(logWithinInvocation);
registerFunctions(app, {
  http: {
    createLivenessSession: createLivenessSessionHandler(parts),
    createLivenessWithVerifySession: createLivenessWithVerifySessionHandler(parts),
    completeLivenessSession: completeLivenessSessionHandler(parts),
    getLivenessSession: getLivenessSessionHandler(parts),
    deleteLivenessSession: deleteLivenessSessionHandler(parts),
    getCorrelation: getCorrelationHandler(parts),
    getFlag: getFlagHandler(parts),
    resetCorrelation: resetCorrelationHandler(parts),
    getActivePolicy: getActivePolicyHandler(parts),
    putActivePolicy: putActivePolicyHandler(parts),
    getCustomerPolicy: getCustomerPolicyHandler(parts),
    putCustomerPolicy: putCustomerPolicyHandler(parts),
    getEnforcement: getEnforcementHandler(parts),
    putEnforcement: putEnforcementHandler(parts),
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
          serviceBus: {
            probe: () => serviceBus.probe(),
            advice: 'Check the ServiceBusConnection settings and the data roles of the identity.',
          },
          identity: {
            probe: () => probeIssuers(settings.authentication.issuers),
            advice: 'Check TOKEN_ISSUERS, and that the issuers can be reached from here.',
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
    recordLivenessResult: recordLivenessResultHandler(recordResultMessages),
    closeOpenSessions: closeOpenSessionsHandler({ ...useCases, parkMessage, log }),
    runSweep: runSweepHandler({ ...useCases, parkMessage, log }),
  },
  timers: {
    detectAbusePatterns: detectAbusePatternsHandler(useCases.runSweep),
    collectUnreportedResults: collectUnreportedResultsHandler(useCases.runSweep),
    publishEvents: publishEventsHandler(useCases.runSweep),
    completeDecisions: completeDecisionsHandler(useCases.runSweep),
    watchCustomers: watchCustomersHandler(useCases.runSweep),
  },
});

// The whole list of functions: name, trigger, route or queue, handler.

import type { app, HttpHandler, HttpMethod, ServiceBusQueueHandler, TimerHandler } from '@azure/functions';

export type Registry = Pick<typeof app, 'http' | 'serviceBusQueue' | 'serviceBusTopic' | 'timer'>;

export interface Handlers {
  http: Record<
    | 'createLivenessSession'
    | 'createLivenessWithVerifySession'
    | 'completeLivenessSession'
    | 'getLivenessSession'
    | 'deleteLivenessSession'
    | 'getCorrelation'
    | 'getFlag'
    | 'resetCorrelation'
    | 'getActivePolicy'
    | 'putActivePolicy'
    | 'getCustomerPolicy'
    | 'putCustomerPolicy'
    | 'getEnforcement'
    | 'putEnforcement'
    | 'getStatus'
    | 'getHealth',
    HttpHandler
  >;
  messages: Record<'recordLivenessResult' | 'closeOpenSessions' | 'runSweep', ServiceBusQueueHandler>;
  timers: Record<
    'detectAbusePatterns' | 'collectUnreportedResults' | 'publishEvents' | 'completeDecisions' | 'watchCustomers',
    TimerHandler
  >;
}

const CONNECTION = 'ServiceBusConnection';

/** The library's type lacks it, the platform needs it: without it one body that is not JSON fails a whole batch. */
const asTexts = { dataType: 'string' } as Record<string, string>;

export const registerFunctions = (registry: Registry, { http, messages, timers }: Handlers): void => {
  const route = (name: string, method: HttpMethod, path: string, handler: HttpHandler): void => {
    // Access tokens are verified by the app, so the platform's keys play no part.
    registry.http(name, { methods: [method], authLevel: 'anonymous', route: path, handler });
  };
  const session = 'v1/liveness-sessions/{sessionId}';
  const correlation = 'v1/correlations/{correlationId}';
  const customer = 'v1/customers/{customerId}';

  route('createLivenessSession', 'POST', 'v1/liveness-sessions', http.createLivenessSession);
  route(
    'createLivenessWithVerifySession',
    'POST',
    'v1/liveness-with-verify-sessions',
    http.createLivenessWithVerifySession,
  );
  route('completeLivenessSession', 'POST', `${session}/completion`, http.completeLivenessSession);
  route('getLivenessSession', 'GET', session, http.getLivenessSession);
  route('deleteLivenessSession', 'DELETE', session, http.deleteLivenessSession);
  route('getCorrelation', 'GET', correlation, http.getCorrelation);
  route('getFlag', 'GET', `${correlation}/flags/{flagId}`, http.getFlag);
  route('resetCorrelation', 'POST', `${correlation}/reset`, http.resetCorrelation);
  route('getActivePolicy', 'GET', 'v1/policies/active', http.getActivePolicy);
  route('putActivePolicy', 'PUT', 'v1/policies/active', http.putActivePolicy);
  route('getCustomerPolicy', 'GET', `${customer}/policy`, http.getCustomerPolicy);
  route('putCustomerPolicy', 'PUT', `${customer}/policy`, http.putCustomerPolicy);
  route('getEnforcement', 'GET', `${customer}/enforcement`, http.getEnforcement);
  route('putEnforcement', 'PUT', `${customer}/enforcement`, http.putEnforcement);
  route('getStatus', 'GET', 'v1/status', http.getStatus);
  route('getHealth', 'GET', 'health', http.getHealth);

  registry.serviceBusQueue('recordLivenessResult', {
    connection: CONNECTION,
    queueName: 'liveness-results',
    cardinality: 'many',
    handler: messages.recordLivenessResult,
    ...asTexts,
  });
  registry.serviceBusTopic('closeOpenSessions', {
    connection: CONNECTION,
    topicName: 'abuse-events',
    subscriptionName: 'close-open-sessions',
    handler: messages.closeOpenSessions,
  });
  registry.serviceBusQueue('runSweep', {
    connection: CONNECTION,
    queueName: 'sweeps',
    handler: messages.runSweep,
  });

  registry.timer('detectAbusePatterns', { schedule: '*/10 * * * * *', handler: timers.detectAbusePatterns });
  registry.timer('collectUnreportedResults', { schedule: '*/30 * * * * *', handler: timers.collectUnreportedResults });
  registry.timer('publishEvents', { schedule: '15,45 * * * * *', handler: timers.publishEvents });
  registry.timer('completeDecisions', { schedule: '5,35 * * * * *', handler: timers.completeDecisions });
  registry.timer('watchCustomers', { schedule: '25 * * * * *', handler: timers.watchCustomers });
};

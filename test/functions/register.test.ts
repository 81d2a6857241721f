import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { registerFunctions, type Handlers, type Registry } from '../../functions/register.ts';
import host from '../../host.json' with { type: 'json' };
import topology from '../../infra/topology.json' with { type: 'json' };

type Options = Record<string, unknown>;

interface Registration {
  trigger: 'http' | 'queue' | 'topic' | 'timer';
  options: Options;
}

const handlerNames = {
  http: [
    'createLivenessSession',
    'createLivenessWithVerifySession',
    'completeLivenessSession',
    'getLivenessSession',
    'deleteLivenessSession',
    'getCorrelation',
    'getFlag',
    'resetCorrelation',
    'getActivePolicy',
    'putActivePolicy',
    'getCustomerPolicy',
    'putCustomerPolicy',
    'getEnforcement',
    'putEnforcement',
    'getStatus',
    'getHealth',
  ],
  messages: ['recordLivenessResult', 'closeOpenSessions', 'runSweep'],
  timers: ['detectAbusePatterns', 'collectUnreportedResults', 'publishEvents', 'completeDecisions', 'watchCustomers'],
};

/** A handler of its own for each name, so that a swapped one shows. */
const handlers = Object.fromEntries(
  Object.entries(handlerNames).map(([group, names]) => [
    group,
    Object.fromEntries(names.map((name) => [name, { [name]: () => undefined }[name]])),
  ]),
) as unknown as Handlers;

const registered = (): Map<string, Registration> => {
  const registrations = new Map<string, Registration>();
  const record = (trigger: Registration['trigger'], name: string, options: object): void => {
    if (registrations.has(name)) throw new Error(`${name} is registered twice`);
    registrations.set(name, { trigger, options: { ...options } });
  };
  const registry: Registry = {
    http: (name, options) => record('http', name, options),
    serviceBusQueue: (name, options) => record('queue', name, options),
    serviceBusTopic: (name, options) => record('topic', name, options),
    timer: (name, options) => record('timer', name, options),
  };
  registerFunctions(registry, handlers);
  return registrations;
};

const of = (trigger: Registration['trigger']): [string, Options][] =>
  [...registered()].filter(([, found]) => found.trigger === trigger).map(([name, { options }]) => [name, options]);

describe('registerFunctions', () => {
  it.each([
    ['createLivenessSession', 'POST', 'v1/liveness-sessions'],
    ['createLivenessWithVerifySession', 'POST', 'v1/liveness-with-verify-sessions'],
    ['completeLivenessSession', 'POST', 'v1/liveness-sessions/{sessionId}/completion'],
    ['getLivenessSession', 'GET', 'v1/liveness-sessions/{sessionId}'],
    ['deleteLivenessSession', 'DELETE', 'v1/liveness-sessions/{sessionId}'],
    ['getCorrelation', 'GET', 'v1/correlations/{correlationId}'],
    ['getFlag', 'GET', 'v1/correlations/{correlationId}/flags/{flagId}'],
    ['resetCorrelation', 'POST', 'v1/correlations/{correlationId}/reset'],
    ['getActivePolicy', 'GET', 'v1/policies/active'],
    ['putActivePolicy', 'PUT', 'v1/policies/active'],
    ['getCustomerPolicy', 'GET', 'v1/customers/{customerId}/policy'],
    ['putCustomerPolicy', 'PUT', 'v1/customers/{customerId}/policy'],
    ['getEnforcement', 'GET', 'v1/customers/{customerId}/enforcement'],
    ['putEnforcement', 'PUT', 'v1/customers/{customerId}/enforcement'],
    ['getStatus', 'GET', 'v1/status'],
    ['getHealth', 'GET', 'health'],
  ])('serves %s at %s %s, and leaves access tokens to the app', (name, method, route) => {
    expect(registered().get(name)).toEqual({
      trigger: 'http',
      options: { methods: [method], authLevel: 'anonymous', route, handler: expect.any(Function) as unknown },
    });
  });

  it('has no HTTP function beside these', () => {
    expect(of('http').map(([name]) => name)).toEqual(handlerNames.http);
  });

  it.each([
    ['recordLivenessResult', 'queue', { queueName: 'liveness-results', cardinality: 'many', dataType: 'string' }],
    ['runSweep', 'queue', { queueName: 'sweeps' }],
    ['closeOpenSessions', 'topic', { topicName: 'abuse-events', subscriptionName: 'close-open-sessions' }],
  ])('gives %s what comes over its %s', (name, trigger, options) => {
    expect(registered().get(name)).toEqual({
      trigger,
      options: { connection: 'ServiceBusConnection', ...options, handler: expect.any(Function) as unknown },
    });
  });

  it.each([
    ['detectAbusePatterns', '*/10 * * * * *'],
    ['collectUnreportedResults', '*/30 * * * * *'],
    ['publishEvents', '15,45 * * * * *'],
    ['completeDecisions', '5,35 * * * * *'],
    ['watchCustomers', '25 * * * * *'],
  ])('runs %s by the schedule %s', (name, schedule) => {
    expect(registered().get(name)).toEqual({
      trigger: 'timer',
      options: { schedule, handler: expect.any(Function) as unknown },
    });
  });

  it('gives each function its own handler', () => {
    for (const [name, { options }] of registered()) expect((options.handler as { name: string }).name).toBe(name);
  });

  it('names each function as its file, and registers every file', () => {
    const folder = join(import.meta.dirname, '../../functions');
    const files = ['http', 'messages', 'timers'].flatMap((group) => readdirSync(join(folder, group)));
    const expected = files.map((file) =>
      file.replace(/\.ts$/, '').replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase()),
    );

    expect([...registered().keys()].sort()).toEqual(expected.sort());
  });
});

describe('what the functions listen to', () => {
  it('is there: every queue, and every subscription of its topic', () => {
    const { queues, topics } = topology.serviceBus;
    const subscriptions = Object.entries(topics).flatMap(([topic, definition]) =>
      Object.keys(definition.subscriptions).map((subscription) => `${topic}/${subscription}`),
    );

    for (const [, { queueName }] of of('queue')) expect(Object.keys(queues)).toContain(queueName);
    for (const [, { topicName, subscriptionName }] of of('topic')) {
      expect(subscriptions).toContain(`${String(topicName)}/${String(subscriptionName)}`);
    }
  });

  it('is read by somebody: of the queues only the parked messages wait for a person', () => {
    const read = of('queue').map(([, { queueName }]) => queueName);

    expect(Object.keys(topology.serviceBus.queues).filter((queue) => !read.includes(queue))).toEqual([
      'parked-messages',
    ]);
  });
});

describe('host.json', () => {
  it('names the extension bundle, without which no Service Bus function starts', () => {
    expect(host.extensionBundle).toEqual({
      id: 'Microsoft.Azure.Functions.ExtensionBundle',
      version: '[4.*, 5.0.0)',
    });
  });

  it('completes messages by itself, and gives a function less time than its locks last', () => {
    expect(host.extensions.serviceBus.autoCompleteMessages).toBe(true);
    const minutesOf = (duration: string): number =>
      Number(/^00:(\d\d):00$|^PT(\d+)M$/.exec(duration)?.slice(1).find(Boolean));
    const { queues, topics } = topology.serviceBus;
    const locks = [
      queues['liveness-results'],
      queues.sweeps,
      topics['abuse-events'].subscriptions['close-open-sessions'],
    ].map(({ lockDuration }) => minutesOf(lockDuration));

    expect(Math.min(...locks)).toBeGreaterThanOrEqual(minutesOf(host.functionTimeout));
  });

  it('puts all routes below /api', () => {
    expect(host.extensions.http.routePrefix).toBe('api');
  });
});

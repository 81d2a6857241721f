import type { Registration } from '../../../local/functions-host/core-api.ts';
import { resolveFunctions } from '../../../local/functions-host/functions.ts';
import { readHostConfig } from '../../../local/functions-host/host-json.ts';
import type { Binding, RetryOptions } from '../../../local/functions-host/rpc.ts';

const settings = { Bus: 'Endpoint=sb://127.0.0.1', QUEUE: 'results', 'AzureWebJobs.off.Disabled': '1' };
const extensionBundle = { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' };

const registration = (name: string, trigger: Binding, more: Record<string, Binding> = {}): Registration => ({
  id: name,
  metadata: { name, bindings: { trigger: { direction: 'in', ...trigger }, ...more } },
  rawBindings: [],
  callback: () => undefined,
});

const resolve = (registrations: Registration[], hostJson: object = { extensionBundle }) =>
  resolveFunctions(registrations, settings, readHostConfig(hostJson), {});
const resolveOne = (...given: Parameters<typeof registration>) => resolve([registration(...given)])[0]!;

const timer = { type: 'timerTrigger', schedule: '0 0 0 1 1 *' };
const queue = { type: 'serviceBusTrigger', queueName: '%QUEUE%', connection: 'Bus' };

describe('a registered function', () => {
  it('started by a queue has the settings put in and the defaults of host.json', () => {
    expect(resolveOne('f', queue).trigger).toEqual({
      kind: 'service-bus',
      entity: { queue: 'results' },
      connection: 'Bus',
      cardinality: 'one',
      dataType: undefined,
      includeEmptyEntries: false,
      autoComplete: true,
    });
  });

  it('started by a subscription may take batches of texts, and complete them itself', () => {
    const trigger = {
      type: 'serviceBusTrigger',
      topicName: 'events',
      subscriptionName: 'audit',
      connection: 'Bus',
      cardinality: 'many',
      dataType: 'string',
      autoCompleteMessages: false,
    };
    expect(resolveOne('f', trigger).trigger).toMatchObject({
      entity: { topic: 'events', subscription: 'audit' },
      cardinality: 'many',
      dataType: 'string',
      autoComplete: false,
    });
  });

  it('7: is disabled by a setting', () => {
    const functions = resolve([registration('off', timer), registration('on', timer)]);
    expect(functions.map(({ name, disabled }) => [name, disabled])).toEqual([
      ['off', true],
      ['on', false],
    ]);
  });

  it.each<[RetryOptions, object]>([
    [
      { maxRetryCount: 3, retryStrategy: 'fixedDelay', delayInterval: { seconds: 5 } },
      { kind: 'fixed', maxRetryCount: 3, delayMs: 5000 },
    ],
    [
      {
        maxRetryCount: -1,
        retryStrategy: 'exponentialBackoff',
        minimumInterval: { seconds: 1 },
        maximumInterval: { seconds: 60 },
      },
      { kind: 'exponential', maxRetryCount: -1, minimumMs: 1000, maximumMs: 60_000 },
    ],
  ])('keeps its retry policy %#', (retryOptions, policy) => {
    const given = registration('f', timer);
    given.metadata.retryOptions = retryOptions;
    expect(resolve([given])[0]?.retry).toEqual(policy);
  });
});

describe('a function that cannot be started is named with the reason:', () => {
  it.each<[string, Binding, Record<string, Binding>, RegExp]>([
    [
      '8: unknown trigger',
      { type: 'blobTrigger' },
      {},
      /"f".*no trigger of type "blobTrigger"; it has http, timer and Service Bus/,
    ],
    ['unknown output', timer, { o: { type: 'queue', direction: 'out' } }, /"f".*no output of type "queue" \(o\)/],
    ['unknown input', timer, { i: { type: 'blob', direction: 'in' } }, /"f".*no input of type "blob" \(i\)/],
    ['bad schedule', { type: 'timerTrigger', schedule: '@daily' }, {}, /"f".*the schedule "@daily" is wrong/],
    ['no schedule', { type: 'timerTrigger' }, {}, /"f".*its timerTrigger has no "schedule"/],
    ['bad route', { type: 'httpTrigger', route: 'x{y}z', methods: ['GET'] }, {}, /"f".*the route segment "x\{y\}z"/],
    ['sessions', { ...queue, isSessionsEnabled: true }, {}, /"f".*does not receive from sessions/],
    ['no connection', { ...queue, connection: 'Nowhere' }, {}, /"f".*no setting "Nowhere"/],
    [
      'no subscription',
      { type: 'serviceBusTrigger', topicName: 't', connection: 'Bus' },
      {},
      /"f".*no "subscriptionName"/,
    ],
    [
      'output without connection',
      timer,
      { o: { type: 'serviceBus', direction: 'out', connection: 'Nowhere' } },
      /no setting "Nowhere"/,
    ],
  ])('%s', (_what, trigger, more, sentence) => {
    expect(() => resolveOne('f', trigger, more)).toThrow(sentence);
  });

  it('a message trigger without the extension bundle in host.json, which starts nothing in Azure', () => {
    expect(() => resolve([registration('f', queue)], {})).toThrow(/"f".*host\.json has no "extensionBundle"/);
    expect(resolve([registration('f', timer)], {})).toHaveLength(1);
  });

  it('6: all missing settings together', () => {
    const functions = [
      registration('a', { type: 'timerTrigger', schedule: '%TWO%' }),
      registration('b', { type: 'httpTrigger', route: '%ONE%/%TWO%', methods: ['GET'] }),
    ];
    expect(() => resolve(functions)).toThrow('Settings that bindings name are missing: ONE, TWO.');
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../local/service-bus/config.ts';
import { parseDuration } from '../../../local/service-bus/duration.ts';
import { aConfig } from './support.ts';

const correlationRule = (name: string, CorrelationFilter: object = {}): object => ({
  Name: name,
  Properties: { FilterType: 'Correlation', CorrelationFilter },
});

describe('the configuration (56)', () => {
  test('sets every field of a queue, a topic and a subscription', () => {
    const config = readConfig(
      aConfig(
        {
          'orders/in': {
            LockDuration: 'PT5M',
            MaxDeliveryCount: 3,
            RequiresSession: false,
            RequiresDuplicateDetection: true,
            DuplicateDetectionHistoryTimeWindow: 'PT20S',
            DefaultMessageTimeToLive: 'PT1H',
            DeadLetteringOnMessageExpiration: true,
            ForwardTo: '',
            ForwardDeadLetteredMessagesTo: '',
          },
        },
        {
          events: {
            properties: { DefaultMessageTimeToLive: 'P1D', RequiresDuplicateDetection: true },
            subscriptions: { audit: { LockDuration: 'PT1.5S', rules: [correlationRule('a'), correlationRule('b')] } },
          },
        },
      ),
    );

    expect(config.queues).toEqual([
      {
        name: 'orders/in',
        lockDurationMs: 300_000,
        maxDeliveryCount: 3,
        duplicateWindowMs: 20_000,
        defaultTtlMs: 3_600_000,
        deadLetterOnExpiration: true,
      },
    ]);
    expect(config.topics).toMatchObject([
      {
        name: 'events',
        defaultTtlMs: 86_400_000,
        duplicateWindowMs: 600_000,
        subscriptions: [{ name: 'audit', lockDurationMs: 1500, rules: [{ name: 'a' }, { name: 'b' }] }],
      },
    ]);
  });

  test('has defaults for all that is absent', () => {
    const namespace = { Name: 'n', Queues: [{ Name: 'q' }], Topics: [{ Name: 't', Subscriptions: [{ Name: 's' }] }] };
    const receivable = {
      lockDurationMs: 60_000,
      maxDeliveryCount: 10,
      defaultTtlMs: null,
      deadLetterOnExpiration: false,
    };

    const config = readConfig({ UserConfig: { Namespaces: [namespace], Logging: { Type: 'Console' } } });

    expect(config.queues).toEqual([{ name: 'q', ...receivable, duplicateWindowMs: null }]);
    expect(config.topics).toMatchObject([
      {
        name: 't',
        defaultTtlMs: null,
        duplicateWindowMs: null,
        subscriptions: [{ name: 's', ...receivable, rules: [{ name: '$Default' }] }],
      },
    ]);
    expect(readConfig({ UserConfig: { Namespaces: [{ Name: 'n' }] } })).toEqual({ queues: [], topics: [] });
  });

  test('can be the path of its file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'service-bus-')), 'config.json');
    writeFileSync(file, JSON.stringify(aConfig({ orders: {} })));

    expect(readConfig(file).queues).toMatchObject([{ name: 'orders' }]);
    expect(() => readConfig(`${file}.missing`)).toThrow(`${file}.missing: ENOENT`);
  });

  const queue = 'UserConfig.Namespaces[0].Queues[0]';
  const subscription = 'UserConfig.Namespaces[0].Topics[0].Subscriptions[0]';
  const inTopic = (subscriptionProperties: object): object =>
    aConfig({}, { events: { subscriptions: { s: { ...subscriptionProperties } } } });
  const sqlRule = (SqlExpression: string, more: object = {}): object => ({
    rules: [{ Name: 'r', Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression }, ...more } }],
  });

  test.each<[string, unknown, string]>([
    [
      'sessions',
      aConfig({ q: { RequiresSession: true } }),
      `${queue}.Properties.RequiresSession: sessions is not part`,
    ],
    ['forwarding', aConfig({ q: { ForwardTo: 'x' } }), `${queue}.Properties.ForwardTo: forwarding is not part`],
    [
      'forwarding of dead letters',
      inTopic({ ForwardDeadLetteredMessagesTo: 'x' }),
      `${subscription}.Properties.ForwardDeadLetteredMessagesTo: forwarding is not part`,
    ],
    ['an unknown property', aConfig({ q: { Colour: 1 } }), `${queue}.Properties: Unrecognized key: "Colour"`],
    ['a bad duration', aConfig({ q: { LockDuration: '5m' } }), `${queue}.Properties.LockDuration: 5m is no duration`],
    ['no duration at all', aConfig({ q: { LockDuration: 'PT0S' } }), `${queue}.Properties.LockDuration: PT0S is no`],
    ['a bad count', aConfig({ q: { MaxDeliveryCount: 0 } }), `${queue}.Properties.MaxDeliveryCount: `],
    ['a bad name', aConfig({ 'a b': {} }), `${queue}.Name: a name has letters`],
    [
      'an expression that cannot be read',
      inTopic(sqlRule('a >')),
      `${subscription}.Rules[0].Properties.SqlFilter.SqlExpression: a > is no SQL filter: the expression ends too early`,
    ],
    [
      'a rule action',
      inTopic(sqlRule('a > 1', { Action: { SqlExpression: 'SET a = 1' } })),
      `${subscription}.Rules[0].Properties.Action: a rule action is not part`,
    ],
    [
      'an unknown field in a correlation filter',
      inTopic({ rules: [correlationRule('r', { Colour: 'x' })] }),
      `${subscription}.Rules[0].Properties.CorrelationFilter: Unrecognized key: "Colour"`,
    ],
    [
      'a queue and a topic of one name',
      aConfig({ Orders: {} }, { orders: {} }),
      'UserConfig.Namespaces[0].Topics[0].Name: the name orders is there twice',
    ],
    [
      'two rules of one name',
      inTopic({ rules: [correlationRule('r'), correlationRule('R')] }),
      `${subscription}.Rules[1].Name: the name R is there twice`,
    ],
    ['something else', { Queues: [] }, 'UserConfig: '],
    ['two namespaces', { UserConfig: { Namespaces: [{ Name: 'a' }, { Name: 'b' }] } }, 'UserConfig.Namespaces: '],
  ])('is refused for %s, with the place', (_what, config, sentence) => {
    expect(() => readConfig(config)).toThrow(sentence);
  });
});

describe('a duration', () => {
  test.each([
    ['PT1M', 60_000],
    ['PT60S', 60_000],
    ['PT1.5S', 1500],
    ['P1DT2H3M4S', 93_784_000],
    ['PT0.001S', 1],
  ])('%s has %d milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', 'P', 'PT', 'PT0S', '1M', 'PT-1S', 'P1Y', 'PT1S '])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

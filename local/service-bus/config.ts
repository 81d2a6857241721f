import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { parseDuration } from './duration.ts';
import type { QueueEntitySettings } from './entity/queue.ts';
import type { SubscriptionSettings, TopicSettings } from './entity/topic.ts';
import { matchesCorrelation } from './filter/correlation-filter.ts';
import { matchesEverything, type Rule } from './filter/rule.ts';
import { parseSqlFilter } from './filter/sql-filter.ts';
import type { SystemField } from './wire/message-content.ts';

export interface BrokerConfig {
  queues: readonly QueueEntitySettings[];
  topics: readonly TopicSettings[];
}

/** The configuration asks for something that is wrong or left out; the message begins with the path in the file. */
export class ConfigError extends Error {}

const DEFAULT_LOCK_MS = 60_000;
const DEFAULT_WINDOW_MS = 600_000;
const DEFAULT_MAX_DELIVERY_COUNT = 10;

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue(`${text} is no duration such as PT1M`);
  return z.NEVER;
});

const leftOut = (feature: string, isAsked: (value: unknown) => boolean): z.ZodType =>
  z.unknown().refine((value) => !isAsked(value), `${feature} is not part of the local Service Bus`);
const forward = leftOut('forwarding', (value) => value !== undefined && value !== '');
const sessions = leftOut('sessions', (value) => value !== undefined && value !== false);
const partitioning = leftOut('partitioning', (value) => value !== undefined && value !== false);

const name = z.string().regex(/^[A-Za-z0-9._/-]+$/, 'a name has letters, digits and . - _ /');

const receivable = {
  LockDuration: duration.default(DEFAULT_LOCK_MS),
  MaxDeliveryCount: z.int().positive().default(DEFAULT_MAX_DELIVERY_COUNT),
  RequiresSession: sessions.optional(),
  DefaultMessageTimeToLive: duration.optional(),
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  ForwardTo: forward.optional(),
  ForwardDeadLetteredMessagesTo: forward.optional(),
};

const sendable = {
  RequiresDuplicateDetection: z.boolean().default(false),
  DuplicateDetectionHistoryTimeWindow: duration.default(DEFAULT_WINDOW_MS),
  EnablePartitioning: partitioning.optional(),
};

const text = z.string().optional();
const correlationFilter = z.strictObject({
  CorrelationId: text,
  MessageId: text,
  To: text,
  ReplyTo: text,
  Label: text,
  SessionId: text,
  ReplyToSessionId: text,
  ContentType: text,
  Properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const sqlExpression = z.string().transform((expression, context) => {
  try {
    return parseSqlFilter(expression);
  } catch (error) {
    context.addIssue(`${expression} is no SQL filter: ${(error as Error).message}`);
    return z.NEVER;
  }
});

const rule = z.strictObject({
  Name: name,
  Properties: z.discriminatedUnion('FilterType', [
    z.strictObject({
      FilterType: z.literal('Correlation'),
      CorrelationFilter: correlationFilter,
      Action: leftOut('a rule action', (value) => value !== undefined).optional(),
    }),
    z.strictObject({
      FilterType: z.literal('Sql'),
      SqlFilter: z.strictObject({ SqlExpression: sqlExpression }),
      Action: leftOut('a rule action', (value) => value !== undefined).optional(),
    }),
  ]),
});

const subscription = z.strictObject({
  Name: name,
  Properties: z.strictObject(receivable).prefault({}),
  Rules: z.array(rule).default([]),
});

const queue = z.strictObject({ Name: name, Properties: z.strictObject({ ...receivable, ...sendable }).prefault({}) });

const topic = z.strictObject({
  Name: name,
  Properties: z.strictObject({ ...sendable, DefaultMessageTimeToLive: duration.optional() }).prefault({}),
  Subscriptions: z.array(subscription).default([]),
});

const namespace = z.strictObject({
  Name: z.string(),
  Queues: z.array(queue).default([]),
  Topics: z.array(topic).default([]),
});

const file = z.strictObject({
  UserConfig: z.strictObject({ Namespaces: z.array(namespace).length(1), Logging: z.unknown().optional() }),
});

/** Reads the official emulator's configuration: the object itself, or the path of its file. */
export const readConfig = (config: unknown): BrokerConfig => {
  const parsed = file.safeParse(typeof config === 'string' ? readJsonFile(config) : config);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConfigError(`${jsonPath(issue.path)}: ${issue.message}`);
  }
  const path = ['UserConfig', 'Namespaces', 0];
  const { Queues, Topics } = parsed.data.UserConfig.Namespaces[0]!;
  const seen = new Set<string>();
  refuseDuplicates(Queues, [...path, 'Queues'], seen);
  refuseDuplicates(Topics, [...path, 'Topics'], seen);
  Topics.forEach(({ Subscriptions }, index) => {
    const subscriptions = [...path, 'Topics', index, 'Subscriptions'];
    refuseDuplicates(Subscriptions, subscriptions);
    Subscriptions.forEach((each, at) => refuseDuplicates(each.Rules, [...subscriptions, at, 'Rules']));
  });
  return { queues: Queues.map(queueSettings), topics: Topics.map(topicSettings) };
};

const readJsonFile = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}`);
  }
};

const jsonPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (all, key) => (typeof key === 'number' ? `${all}[${key}]` : `${all}${all === '' ? '' : '.'}${String(key)}`),
    '',
  ) || 'the configuration';

const refuseDuplicates = (
  named: readonly { Name: string }[],
  path: readonly PropertyKey[],
  seen = new Set<string>(),
): void => {
  named.forEach(({ Name }, index) => {
    const key = Name.toLowerCase();
    if (seen.has(key)) throw new ConfigError(`${jsonPath([...path, index, 'Name'])}: the name ${Name} is there twice`);
    seen.add(key);
  });
};

type Receivable = z.output<typeof subscription>['Properties'];

const receivableSettings = (
  properties: Receivable,
): Pick<SubscriptionSettings, 'lockDurationMs' | 'maxDeliveryCount' | 'defaultTtlMs' | 'deadLetterOnExpiration'> => ({
  lockDurationMs: properties.LockDuration,
  maxDeliveryCount: properties.MaxDeliveryCount,
  defaultTtlMs: properties.DefaultMessageTimeToLive ?? null,
  deadLetterOnExpiration: properties.DeadLetteringOnMessageExpiration,
});

const duplicateWindow = (properties: z.output<typeof topic>['Properties']): number | null =>
  properties.RequiresDuplicateDetection ? properties.DuplicateDetectionHistoryTimeWindow : null;

const queueSettings = ({ Name, Properties }: z.output<typeof queue>): QueueEntitySettings => ({
  name: Name,
  ...receivableSettings(Properties),
  duplicateWindowMs: duplicateWindow(Properties),
});

const topicSettings = ({ Name, Properties, Subscriptions }: z.output<typeof topic>): TopicSettings => ({
  name: Name,
  defaultTtlMs: Properties.DefaultMessageTimeToLive ?? null,
  duplicateWindowMs: duplicateWindow(Properties),
  subscriptions: Subscriptions.map((each) => ({
    name: each.Name,
    ...receivableSettings(each.Properties),
    rules: each.Rules.length === 0 ? [matchesEverything] : each.Rules.map(ruleOf),
  })),
});

const ruleOf = ({ Name, Properties }: z.output<typeof rule>): Rule => {
  if (Properties.FilterType === 'Sql') return { name: Name, matches: Properties.SqlFilter.SqlExpression };
  const { Properties: user, ...system } = Properties.CorrelationFilter;
  const filter = {
    system: new Map(Object.entries(system).flatMap(([key, value]) => (value ? [[correlationField(key), value]] : []))),
    user: new Map(Object.entries(user)),
  };
  return { name: Name, matches: (fields) => matchesCorrelation(filter, fields) };
};

/** `ReplyToSessionId` is the field reply-to-session-id. */
const correlationField = (key: string): SystemField =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(1) as SystemField;

// From what the library registered to what the host runs: settings put in, trigger types told apart, mistakes found.

import type { Registration } from './core-api.ts';
import type { HostConfig } from './host-json.ts';
import { parseRoute } from './http/route.ts';
import type { Route } from './http/route.ts';
import { StartError } from './load.ts';
import type { Binding } from './rpc.ts';
import { findConnection, isDisabled, replaceSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import type { RetryPolicy } from './timer/retry.ts';
import { readRetryPolicy } from './timer/retry.ts';
import { parseSchedule } from './timer/schedule.ts';
import type { Schedule } from './timer/schedule.ts';

export interface HttpTrigger {
  kind: 'http';
  route: Route;
  methods: string[];
  authLevel: 'anonymous' | 'function' | 'admin';
}

export interface TimerTrigger {
  kind: 'timer';
  schedule: Schedule;
  expression: string;
  runOnStartup: boolean;
  useMonitor: boolean;
}

export interface ServiceBusTrigger {
  kind: 'service-bus';
  entity: { queue: string } | { topic: string; subscription: string };
  connection: string;
  cardinality: 'one' | 'many';
  dataType: 'string' | 'binary' | undefined;
  includeEmptyEntries: boolean;
  autoComplete: boolean;
}

export type Trigger = HttpTrigger | TimerTrigger | ServiceBusTrigger;

export interface HostedFunction<T extends Trigger = Trigger> {
  name: string;
  trigger: T;
  triggerBinding: string;
  bindings: Record<string, Binding>;
  disabled: boolean;
  retry: RetryPolicy | undefined;
  registration: Registration;
}

export interface FunctionInfo {
  name: string;
  trigger: Trigger['kind'];
  disabled: boolean;
  /** With the settings put in. */
  bindings: (Binding & { name: string })[];
  /** What starts it, for people: methods and route, queue or subscription, or schedule. */
  startedBy: string;
}

export const resolveFunctions = (
  registrations: readonly Registration[],
  settings: Settings,
  config: HostConfig,
  capabilities: Record<string, string>,
): HostedFunction[] => {
  const missing = new Set<string>();
  const functions = registrations.map((registration) => {
    const { name } = registration.metadata;
    const bindings = replaceSettings(registration.metadata.bindings, settings, missing);
    return { registration, name, bindings };
  });
  if (missing.size > 0) {
    throw new StartError(`Settings that bindings name are missing: ${[...missing].sort().join(', ')}.`);
  }
  return functions.map(({ registration, name, bindings }) => {
    const [triggerBinding, binding] = triggerOf(name, bindings);
    try {
      refuseUnknownBindings(bindings, settings);
      return {
        name,
        trigger: readTrigger(name, binding, settings, config, capabilities),
        triggerBinding,
        bindings,
        disabled: isDisabled(name, settings),
        retry: readRetryPolicy(registration.metadata.retryOptions),
        registration,
      };
    } catch (error) {
      throw new StartError(`Function "${name}" cannot be started: ${(error as Error).message}`, { cause: error });
    }
  });
};

const triggerOf = (name: string, bindings: Record<string, Binding>): [string, Binding] => {
  const trigger = Object.entries(bindings).find(([, { type }]) => /trigger$/i.test(type));
  if (trigger === undefined) throw new StartError(`Function "${name}" has no trigger.`);
  return trigger;
};

const refuseUnknownBindings = (bindings: Record<string, Binding>, settings: Settings): void => {
  for (const [bindingName, binding] of Object.entries(bindings)) {
    const { type, direction } = binding;
    if (/trigger$/i.test(type) || (direction === 'out' && type === 'http')) continue;
    if (direction !== 'out' || type !== 'serviceBus') {
      throw new Error(
        `this host has no ${direction === 'out' ? 'output' : 'input'} of type "${type}" (${bindingName})`,
      );
    }
    requireConnection(text(binding, 'connection'), settings);
  }
};

const readTrigger = (
  name: string,
  binding: Binding,
  settings: Settings,
  config: HostConfig,
  capabilities: Record<string, string>,
): Trigger => {
  switch (binding.type) {
    case 'httpTrigger':
      return {
        kind: 'http',
        route: parseRoute(config.http.routePrefix, text(binding, 'route', name)),
        methods: (binding.methods as string[]).map((method) => method.toUpperCase()),
        authLevel: text(binding, 'authLevel', 'anonymous').toLowerCase() as HttpTrigger['authLevel'],
      };
    case 'timerTrigger': {
      const expression = text(binding, 'schedule');
      return {
        kind: 'timer',
        expression,
        schedule: parseSchedule(expression),
        runOnStartup: binding.runOnStartup === true,
        useMonitor: binding.useMonitor !== false,
      };
    }
    case 'serviceBusTrigger':
      return readServiceBusTrigger(binding, settings, config, capabilities);
    default:
      throw new Error(`this host has no trigger of type "${binding.type}"; it has http, timer and Service Bus`);
  }
};

const readServiceBusTrigger = (
  binding: Binding,
  settings: Settings,
  config: HostConfig,
  capabilities: Record<string, string>,
): ServiceBusTrigger => {
  if (!config.hasExtensionBundle) {
    throw new Error(
      'host.json has no "extensionBundle" (Microsoft.Azure.Functions.ExtensionBundle, [4.*, 5.0.0)): ' +
        'without it no Service Bus function starts in Azure',
    );
  }
  if (binding.isSessionsEnabled === true) throw new Error('this host does not receive from sessions');
  const queue = binding.queueName as string | undefined;
  const { dataType, autoCompleteMessages } = binding;
  return {
    kind: 'service-bus',
    entity:
      queue === undefined
        ? { topic: text(binding, 'topicName'), subscription: text(binding, 'subscriptionName') }
        : { queue },
    connection: requireConnection(text(binding, 'connection'), settings),
    cardinality: text(binding, 'cardinality', 'one').toLowerCase() === 'many' ? 'many' : 'one',
    dataType: dataType === 'string' || dataType === 'binary' ? dataType : undefined,
    includeEmptyEntries: capabilities.IncludeEmptyEntriesInMessagePayload === 'true',
    autoComplete:
      typeof autoCompleteMessages === 'boolean' ? autoCompleteMessages : config.serviceBus.autoCompleteMessages,
  };
};

const requireConnection = (name: string, settings: Settings): string => {
  if (findConnection(name, settings) === undefined) {
    throw new Error(`no setting "${name}" or "${name}__fullyQualifiedNamespace" says where its Service Bus is`);
  }
  return name;
};

const text = (binding: Binding, key: string, fallback?: string): string => {
  const value = binding[key] ?? fallback;
  if (typeof value !== 'string') throw new Error(`its ${binding.type} has no "${key}"`);
  return value;
};

export const describeFunction = ({ name, trigger, disabled, bindings }: HostedFunction): FunctionInfo => ({
  name,
  trigger: trigger.kind,
  disabled,
  bindings: Object.entries(bindings).map(([bindingName, binding]) => ({ ...binding, name: bindingName })),
  startedBy: describeTrigger(trigger),
});

const describeTrigger = (trigger: Trigger): string => {
  switch (trigger.kind) {
    case 'http':
      return `${trigger.methods.join(',')} ${trigger.route.template}`;
    case 'timer':
      return `schedule ${trigger.expression}`;
    case 'service-bus':
      return describeEntity(trigger.entity);
  }
};

export const describeEntity = (entity: ServiceBusTrigger['entity']): string =>
  'queue' in entity ? `queue ${entity.queue}` : `subscription ${entity.topic}/${entity.subscription}`;

export const hasTrigger = <K extends Trigger['kind']>(
  fn: HostedFunction,
  kind: K,
): fn is HostedFunction<Extract<Trigger, { kind: K }>> => fn.trigger.kind === kind;

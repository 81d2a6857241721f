// Brings the parts together: one app, its triggers, and an end in good order.

import { sharedClock } from '../clock.ts';
import { Activity } from './activity.ts';
import { describeFunction, hasTrigger, resolveFunctions } from './functions.ts';
import type { HostedFunction } from './functions.ts';
import { readHostConfig, readHostJson } from './host-json.ts';
import type { FunctionsHost, HostOptions, InvocationInput } from './host-options.ts';
import { makeFront } from './http/front.ts';
import { listen } from './http/server.ts';
import type { HttpServer } from './http/server.ts';
import { toInvocationInput, toInvocationResult } from './invocation-values.ts';
import { makeInvoke } from './invoke.ts';
import type { Invoke } from './invoke.ts';
import { findAppFolder, loadApp, StartError } from './load.ts';
import type { LoadedApp } from './load.ts';
import { describeError, logToStderr } from './log.ts';
import type { Logger } from './log.ts';
import { within } from './real-time.ts';
import { makeMessageTriggers, noMessageTriggers } from './service-bus/message-triggers.ts';
import type { MessageTriggers } from './service-bus/message-triggers.ts';
import { readLocalSettings } from './settings.ts';
import { FileTimerStatusStore, MemoryTimerStatusStore } from './timer/status-store.ts';
import { TimerRunner } from './timer/timer-runner.ts';

const DEFAULT_GRACE_MS = 10_000;
/** A broker that is gone cannot say goodbye. */
const CLOSE_MS = 2000;

// The library keeps its state in its module: a second app in this process would register into the first.
let hasStarted = false;

export const startHost = async (options: HostOptions): Promise<FunctionsHost> => {
  if (hasStarted) throw new StartError('This process has a host already: one app a process.');
  hasStarted = true;
  const activity = new Activity();
  const server =
    options.port === false ? undefined : await listen(options.port ?? 0, activity, reportHttpTrouble(options));
  try {
    return await startWith(options, server, activity);
  } catch (error) {
    await server?.close();
    throw error;
  }
};

const startWith = async (
  options: HostOptions,
  server: HttpServer | undefined,
  activity: Activity,
): Promise<FunctionsHost> => {
  const { appEntry, logger = logToStderr } = options;
  const folder = findAppFolder(appEntry);
  const config = readHostConfig(options.hostJson ?? readHostJson(folder));
  setEnvironment(options.settings ?? readLocalSettings(folder), server?.port);

  const app = await loadApp(appEntry, logger);
  const functions = resolveFunctions(app.registrations, process.env, config, app.capabilities);
  const messages =
    options.serviceBus === 'off'
      ? noMessageTriggers
      : makeMessageTriggers(process.env, config.serviceBus, activity, logger);
  const { functionTimeoutMs } = config;
  const { deliverOutputs } = messages;
  const invoke = makeInvoke({ app, logger, activity, functionTimeoutMs, deliverOutputs });

  const timers = await startTimers(functions, options, invoke, activity);
  const listened = functions.filter((fn) => hasTrigger(fn, 'service-bus')).filter(({ disabled }) => !disabled);
  await messages.start(listened, invoke);
  server?.serve(
    makeFront({
      functions: functions.filter((fn) => hasTrigger(fn, 'http')),
      config: config.http,
      keys: options.keys,
      principal: options.principal ?? 'strip',
      authority: `localhost:${server.port}`,
      invoke,
      startByName: (name, input) => {
        const fn = functions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
        if (fn !== undefined) void invoke(fn, toInvocationInput(fn, adminInput(fn, input)));
        return fn !== undefined;
      },
    }),
  );

  const find = (name: string): HostedFunction => {
    const fn = functions.find((candidate) => candidate.name === name);
    if (fn === undefined) throw new Error(`There is no function "${name}".`);
    return fn;
  };
  const stop = makeStop({ timers, server, messages, activity, app, logger });
  let stopping: Promise<void> | undefined;
  return {
    url: server === undefined ? '' : `http://127.0.0.1:${server.port}`,
    functions: functions.map(describeFunction),
    invoke: async (name, input) => {
      const fn = find(name);
      return toInvocationResult(fn, await invoke(fn, toInvocationInput(fn, input)));
    },
    runTimer: async (name, input) => {
      const fn = find(name);
      const runner = timers.get(name);
      if (runner === undefined) throw new Error(`Function "${name}" is no timer.`);
      const { attempts, ...outcome } = await runner.run(input);
      return { ...toInvocationResult(fn, outcome), attempts };
    },
    idle: () => activity.idle(),
    stop: (graceMs = DEFAULT_GRACE_MS) => (stopping ??= stop(graceMs)),
  };
};

const startTimers = async (
  functions: readonly HostedFunction[],
  { clock = sharedClock, timers: mode, statusStore, timerStatusFolder }: HostOptions,
  invoke: Invoke,
  activity: Activity,
): Promise<Map<string, TimerRunner>> => {
  const ownStore =
    timerStatusFolder === undefined ? new MemoryTimerStatusStore() : new FileTimerStatusStore(timerStatusFolder);
  const store = statusStore ?? ownStore;
  const runners = new Map<string, TimerRunner>();
  for (const fn of functions) {
    if (!hasTrigger(fn, 'timer')) continue;
    const followsSchedule = mode !== 'manual' && !fn.disabled;
    const runner = new TimerRunner({ fn, clock, store, invoke, activity, followsSchedule });
    runners.set(fn.name, runner);
    await runner.start();
  }
  return runners;
};

interface Running {
  timers: ReadonlyMap<string, TimerRunner>;
  server: HttpServer | undefined;
  messages: MessageTriggers;
  activity: Activity;
  app: LoadedApp;
  logger: Logger;
}

/** First nothing new, then time for what runs, during which it can still be settled and answered, then the end. */
const makeStop =
  ({ timers, server, messages, activity, app, logger }: Running) =>
  async (graceMs: number): Promise<void> => {
    timers.forEach((runner) => runner.stop());
    server?.refuseNew();
    const isDone = messages.stopReceiving().then(() => activity.idle());
    const { inTime } = await within(graceMs, isDone, { holds: true });
    if (!inTime) {
      const message = `Stopped with work left: ${activity.running.join(', ')}.`;
      logger({ level: 'warning', category: 'host', message });
    }
    await server?.close();
    await within(CLOSE_MS, messages.close(), { holds: true });
    await app.terminate();
  };

const reportHttpTrouble =
  ({ logger = logToStderr }: HostOptions) =>
  (error: unknown): void =>
    logger({
      level: 'error',
      category: 'host',
      message: 'A request could not be answered.',
      error: describeError(error),
    });

const setEnvironment = (settings: Record<string, string>, port: number | undefined): void => {
  Object.assign(process.env, settings);
  process.env.FUNCTIONS_WORKER_RUNTIME ??= 'node';
  process.env.AZURE_FUNCTIONS_ENVIRONMENT ??= 'Development';
  if (port !== undefined) process.env.WEBSITE_HOSTNAME ??= `localhost:${port}`;
};

const adminInput = (fn: HostedFunction, input: string): InvocationInput => {
  switch (fn.trigger.kind) {
    case 'http':
      return { method: 'POST', body: input };
    case 'timer':
      return {};
    case 'service-bus':
      return [{ body: input }];
  }
};

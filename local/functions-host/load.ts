// Loads the app as the Node worker of the platform does: the module `@azure/functions-core` in place first, then the
// entry, then the start hooks, then the library's capabilities; from there on nothing can be registered.

import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeAppLog } from './app-log.ts';
import type { AppLog } from './app-log.ts';
import { createCoreApi } from './core-api.ts';
import type { CoreApi, Registration } from './core-api.ts';
import { describeError } from './log.ts';
import type { Logger } from './log.ts';
import type { ProgrammingModel } from './rpc.ts';

export interface LoadedApp {
  registrations: Registration[];
  model: ProgrammingModel;
  /** What the app and the library said they can do. */
  capabilities: Record<string, string>;
  hooks: CoreApi['hooks'];
  /** One object for the whole app, seen by every hook. */
  appHookData: object;
  log: AppLog;
  terminate(): Promise<void>;
}

export class StartError extends Error {}

/** The folder that would be deployed: it has the host.json. `appEntry` is that folder or a file in or below it. */
export const findAppFolder = (appEntry: string): string => {
  const entry = resolve(appEntry);
  const start = existsSync(entry) && statSync(entry).isDirectory() ? entry : dirname(entry);
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'host.json'))) return folder;
  }
  return start;
};

export const loadApp = async (appEntry: string, logger: Logger): Promise<LoadedApp> => {
  const functionAppDirectory = findAppFolder(appEntry);
  const appHookData = {};
  const log = makeAppLog(() => core.hooks.log, appHookData, logger);
  const core = createCoreApi((level, category, message) => log(level, category, message));
  provideModule(core.module);

  for (const file of entryFiles(appEntry)) await loadFile(file);
  const model = core.module.getProgrammingModel();
  if (model === undefined || core.registrations.size === 0) {
    throw new StartError(`The app ${appEntry} registered no function.`);
  }

  // The start hooks and the terminate hooks share this; those of an invocation have their own.
  const hookData = {};
  for (const hook of core.hooks.appStart) await hook(readOnly({ hookData, appHookData, functionAppDirectory }));

  const capabilities = await model.getCapabilities({ ...workerCapabilities });
  if (capabilities.HttpUri !== undefined) {
    throw new StartError('The app has "enableHttpStream" on, which this host does not support: leave it off.');
  }
  core.lock();

  return {
    registrations: [...core.registrations.values()],
    model,
    capabilities,
    hooks: core.hooks,
    appHookData,
    log,
    terminate: async () => {
      for (const hook of core.hooks.appTerminate) await hook(readOnly({ hookData, appHookData, functionAppDirectory }));
    },
  };
};

const workerCapabilities = Object.fromEntries(
  [
    'RawHttpBodyBytes',
    'RpcHttpTriggerMetadataRemoved',
    'RpcHttpBodyOnly',
    'IgnoreEmptyValuedRpcHttpHeaders',
    'UseNullableValueDictionaryForHttp',
    'WorkerStatus',
    'TypedDataCollection',
    'HandlesWorkerTerminateMessage',
  ].map((name) => [name, 'true']),
);

/** `hookData` and `appHookData` can be filled, never replaced. */
export const readOnly = <T extends { hookData: object; appHookData: object }>(context: T): T =>
  Object.defineProperties(context, {
    hookData: { writable: false },
    appHookData: { writable: false },
  });

type Require = (this: unknown, id: string) => unknown;

const provideModule = (module: object): void => {
  const prototype = Module.prototype as unknown as { require: Require };
  const original = prototype.require;
  prototype.require = function (id) {
    return id === '@azure/functions-core' ? module : original.call(this, id);
  };
};

const entryFiles = (appEntry: string): string[] => {
  const entry = resolve(appEntry);
  if (!existsSync(entry)) throw new StartError(`The app ${appEntry} does not exist.`);
  if (!statSync(entry).isDirectory()) return [entry];
  const manifest = JSON.parse(readFileSync(join(entry, 'package.json'), 'utf8')) as { main?: string };
  const main = manifest.main ?? 'index.js';
  const files = globSync(main, { cwd: entry }).sort();
  if (files.length === 0) throw new StartError(`"main" in ${join(entry, 'package.json')} names no file: ${main}`);
  return files.map((file) => join(entry, file));
};

const loadFile = async (file: string): Promise<void> => {
  try {
    if (isEsm(file)) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (error) {
    throw new StartError(`The app could not be loaded from ${file}: ${describeError(error).message}`, { cause: error });
  }
};

const isEsm = (file: string): boolean => {
  if (extname(file) !== '.js') return extname(file) === '.mjs';
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
    }
  }
  return false;
};

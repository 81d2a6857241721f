// The module `@azure/functions-core`, which the platform gives to the app: the library registers functions and hooks
// through it.

import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './rpc.ts';

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof hookNames)[number];

export interface Registration {
  id: string;
  metadata: FunctionMetadata;
  /** Each binding with its name, as the host of the platform gets it. */
  rawBindings: string[];
  callback: FunctionCallback;
}

export interface CoreApi {
  /** What `require('@azure/functions-core')` answers. */
  module: CoreModule;
  registrations: ReadonlyMap<string, Registration>;
  hooks: Readonly<Record<HookName, readonly HookCallback[]>>;
  /** From now on nothing can be registered or taken back. */
  lock: () => void;
}

export interface CoreModule {
  version: string;
  hostVersion: string;
  Disposable: typeof Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel | undefined;
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  registerHook(name: string, callback: HookCallback): Disposable;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export class SystemError extends Error {
  readonly isAzureFunctionsSystemError = true;
}

export class Disposable {
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => disposables.forEach((disposable) => void disposable.dispose()));
  }

  #callOnDispose: (() => void) | undefined;

  constructor(callOnDispose: () => void) {
    this.#callOnDispose = callOnDispose;
  }

  dispose(): void {
    const callOnDispose = this.#callOnDispose;
    callOnDispose?.();
    this.#callOnDispose = undefined;
  }
}

export const createCoreApi = (log: CoreModule['log']): CoreApi => {
  const registrations = new Map<string, Registration>();
  const hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  let model: ProgrammingModel | undefined;
  let locked = false;

  const module: CoreModule = {
    version: '3.12.0',
    hostVersion: '4.1042.100.0',
    Disposable,
    setProgrammingModel: (next) => {
      model = next;
    },
    getProgrammingModel: () => model,
    registerFunction: (metadata, callback) => {
      if (locked) throw new SystemError('A function can only be registered during app startup.');
      const id = metadata.functionId ?? metadata.name;
      if (registrations.has(id)) throw new SystemError(`A function with id "${id}" has already been registered.`);
      const rawBindings = Object.entries(metadata.bindings).map(([name, binding]) =>
        JSON.stringify({ ...binding, name }),
      );
      registrations.set(id, { id, metadata, rawBindings, callback });
      return new Disposable(() => {
        if (locked) throw new SystemError('A function can only be disposed during app startup.');
        registrations.delete(id);
      });
    },
    registerHook: (name, callback) => {
      if (!isHookName(name)) throw unknownHook(name);
      hooks[name].push(callback);
      return new Disposable(() => {
        hooks[name] = hooks[name].filter((other) => other !== callback);
      });
    },
    log,
  };

  return { module, registrations, hooks, lock: () => void (locked = true) };
};

const isHookName = (name: string): name is HookName => (hookNames as readonly string[]).includes(name);

// The library recognises an older host by this name.
const unknownHook = (name: string): Error =>
  Object.assign(new SystemError(`Unrecognized hook "${name}"`), { name: 'RangeError' });

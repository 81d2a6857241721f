// The host in a process of its own, with the same interface over IPC: for tests whose runner replaces the module loader,
// and for whoever wants the app to end when it does.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advanceSharedClock } from '../clock.ts';
import type { FunctionInfo } from './functions.ts';
import type { FunctionsHost, PlainHostOptions } from './host-options.ts';
import { logToStderr } from './log.ts';
import type { Logger, LogRecord } from './log.ts';

export interface HostProcess extends FunctionsHost {
  /** For `advanceSharedClock(ms, [host.child])`. */
  child: ChildProcess;
}

export type HostMethod = 'start' | 'invoke' | 'runTimer' | 'idle' | 'stop';

export interface CallMessage {
  kind: 'call';
  id: number;
  method: HostMethod;
  args: unknown[];
}

export type HostMessage =
  | { kind: 'log'; record: LogRecord }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refusal'; id: number; message: string };

/** What the child needs after the app has ended, for its own end. */
const EXIT_MARGIN_MS = 5000;

export const startHostProcess = async (options: PlainHostOptions & { logger?: Logger }): Promise<HostProcess> => {
  const { logger = logToStderr, ...plainOptions } = options;
  // What the app writes to its standard output must not mix with that of this process.
  const child = fork(join(import.meta.dirname, 'host-child.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Halves the start: the types are stripped and the code compiled once for all processes.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env },
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const call = makeCaller(child, logger);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  await advanceSharedClock(0, [child]);
  const { url, functions } = (await call('start', plainOptions).catch(async (error: unknown) => {
    await endChild(child, exited);
    throw error;
  })) as { url: string; functions: FunctionInfo[] };

  let stopping: Promise<void> | undefined;
  const stop = async (graceMs?: number): Promise<void> => {
    await call('stop', graceMs);
    await endChild(child, exited);
  };
  return {
    child,
    url,
    functions,
    invoke: (...args) => call('invoke', ...args) as ReturnType<FunctionsHost['invoke']>,
    runTimer: (...args) => call('runTimer', ...args) as ReturnType<FunctionsHost['runTimer']>,
    idle: () => call('idle') as Promise<void>,
    stop: (graceMs) => (stopping ??= stop(graceMs)),
  };
};

const endChild = async (child: ChildProcess, exited: Promise<void>): Promise<void> => {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_MARGIN_MS);
  if (child.exitCode === null && child.signalCode === null) await exited;
  clearTimeout(timer);
};

const makeCaller = (
  child: ChildProcess,
  logger: Logger,
): ((method: HostMethod, ...args: unknown[]) => Promise<unknown>) => {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;

  child.on('message', (message) => {
    const told = message as HostMessage | { kind?: undefined };
    if (told.kind === undefined) return; // the clock's
    if (told.kind === 'log') {
      logger(told.record);
      return;
    }
    const call = waiting.get(told.id);
    waiting.delete(told.id);
    if (told.kind === 'answer') call?.resolve(told.value);
    else call?.reject(new Error(told.message));
  });
  child.once('exit', (code, signal) => {
    const error = new Error(`The process of the Functions host ended (${signal ?? `exit code ${String(code)}`}).`);
    waiting.forEach(({ reject }) => reject(error));
    waiting.clear();
  });

  return (method, ...args) =>
    new Promise((resolve, reject) => {
      if (!child.connected) {
        reject(new Error('The process of the Functions host has ended.'));
        return;
      }
      lastId += 1;
      const id = lastId;
      waiting.set(id, { resolve, reject });
      child.send({ kind: 'call', id, method, args } satisfies CallMessage, (error) => {
        if (error === null) return;
        // It ends right now: without this, its parent would end with it.
        waiting.delete(id);
        reject(new Error('The process of the Functions host has ended.', { cause: error }));
      });
    });
};

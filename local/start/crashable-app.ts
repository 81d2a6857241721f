// The app in a process that can be made to crash, and started again at the same address.

import type { LocalCloud } from '../cloud.ts';
import type { HostProcess } from '../functions-host/host-process.ts';
import type { RunningProduct } from './data-directory.ts';

export interface CrashableApp {
  /** The one that runs, or ran last. */
  readonly host: HostProcess;
  readonly isRunning: boolean;
  /** Resolves when it has ended although nobody here killed it. */
  readonly endedByItself: Promise<void>;
  /** SIGKILL: nothing in it gets to end, answer or say goodbye. Nothing happens when it has ended by itself. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** The product around it, as far as a crash concerns it. */
export interface CrashableProduct extends Omit<RunningProduct, 'controlUrl'> {
  cloud: LocalCloud;
  app: CrashableApp;
  /** Moves the clock of everything, and keeps that. */
  advance(ms: number): Promise<void>;
}

export const startCrashableApp = async (
  port: number,
  startOn: (port: number) => Promise<HostProcess>,
): Promise<CrashableApp> => {
  let tellEnd = (): void => undefined;
  const endedByItself = new Promise<void>((resolve) => (tellEnd = resolve));
  let isRunning = false;
  let host = await start(port);

  return {
    get host() {
      return host;
    },
    get isRunning() {
      return isRunning;
    },
    endedByItself,
    kill: async () => {
      if (!isRunning) return;
      const exited = new Promise((resolve) => host.child.once('exit', resolve));
      isRunning = false;
      host.child.kill('SIGKILL');
      await exited;
    },
    restart: async () => {
      host = await start(Number(new URL(host.url).port));
    },
  };

  async function start(onPort: number): Promise<HostProcess> {
    const started = await startOn(onPort);
    isRunning = true;
    started.child.once('exit', () => {
      if (!isRunning) return;
      isRunning = false;
      tellEnd();
    });
    return started;
  }
};

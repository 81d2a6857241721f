// The local cloud in a process of its own, so that the measured process runs the product alone.

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { InspectedSession } from '../../local/face/inspection.ts';
import type { Inspection as CosmosInspection } from '../../local/cosmos/service.ts';

export interface CloudProcess {
  child: ChildProcess;
  /** The environment with which the product finds it. */
  settings: Record<string, string>;
  faceEndpoint: string;
  /** What the database was asked since the start. */
  containers(): Promise<CosmosInspection['containers']>;
  /** Every request to the database takes so much longer, as over a network. */
  setLatency(ms: number): Promise<void>;
  /** Messages that wait for somebody who listens, or are in his hands. */
  waitingMessages(): Promise<number>;
  sessionsAtFace(): Promise<InspectedSession[]>;
  /** An access token of the first client application. */
  appToken(): Promise<string>;
  stop(): Promise<void>;
}

type CloudMethod = 'start' | 'containers' | 'setLatency' | 'waitingMessages' | 'sessionsAtFace' | 'appToken' | 'stop';

export interface CloudCall {
  id: number;
  method: CloudMethod;
  latencyMs: number;
}

export type CloudAnswer = { id: number; value: unknown } | { id: number; refusal: string };

/** Gets every event, beside the product's own subscription. */
export const EVERY_EVENT = { topic: 'abuse-events', subscription: 'performance' };

export const startCloudProcess = async (): Promise<CloudProcess> => {
  const child = fork(join(import.meta.dirname, 'cloud-child.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const call = makeCaller(child);
  const { settings, faceEndpoint } = (await call('start')) as Pick<CloudProcess, 'settings' | 'faceEndpoint'>;
  return {
    child,
    settings,
    faceEndpoint,
    containers: () => call('containers') as Promise<CosmosInspection['containers']>,
    setLatency: (ms) => call('setLatency', ms) as Promise<void>,
    waitingMessages: () => call('waitingMessages') as Promise<number>,
    sessionsAtFace: () => call('sessionsAtFace') as Promise<InspectedSession[]>,
    appToken: () => call('appToken') as Promise<string>,
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      await call('stop');
      child.disconnect();
      await exited;
    },
  };
};

const makeCaller = (child: ChildProcess): ((method: CloudMethod, latencyMs?: number) => Promise<unknown>) => {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message) => {
    const answer = message as CloudAnswer;
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('refusal' in answer) call?.reject(new Error(answer.refusal));
    else call?.resolve(answer.value);
  });
  child.once('exit', (code) => {
    waiting.forEach(({ reject }) => reject(new Error(`the local cloud ended with ${String(code)}`)));
    waiting.clear();
  });
  return (method, latencyMs = 0) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      child.send({ id: lastId, method, latencyMs } satisfies CloudCall);
    });
};

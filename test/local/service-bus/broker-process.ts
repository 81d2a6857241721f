import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ServiceBusClient } from '@azure/service-bus';
import { aClient, closeLater } from './support.ts';

const main = join(import.meta.dirname, '../../../local/service-bus/main.ts');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  process: ChildProcess;
  /** All it has written so far. */
  stdout(): string;
  ended: Promise<Ended>;
}

/** Runs the broker's command; it is ended with the test at the latest. */
export const run = (args: readonly string[]): Started => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const streams = [finished(child.stdout!), finished(child.stderr!)];
  const ended = once(child, 'exit').then(async ([code]) => {
    await Promise.all(streams);
    return { code: code as number | null, stdout, stderr };
  });
  closeLater(() => {
    child.kill('SIGKILL');
    return ended;
  });
  return { process: child, stdout: () => stdout, ended };
};

export const configFile = (config: unknown): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'service-bus-')), 'config.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
};

export const startProcess = async (options: {
  config: unknown;
  storage?: string;
  port?: number;
}): Promise<Started & { client: ServiceBusClient; port: number; kill(signal: NodeJS.Signals): Promise<Ended> }> => {
  const started = run([
    ...['--config', configFile(options.config), '--port', String(options.port ?? 0)],
    ...(options.storage === undefined ? [] : ['--storage', options.storage]),
  ]);
  const ready = once(started.process.stdout!, 'data').then(() => true);
  const readyFirst = await Promise.race([ready, started.ended.then(() => false)]);
  if (!readyFirst) throw new Error((await started.ended).stderr);
  const { connectionString } = JSON.parse(started.stdout()) as { connectionString: string };
  return {
    ...started,
    client: aClient(connectionString, 0, 1500),
    port: Number(/127\.0\.0\.1:(\d+)/.exec(connectionString)![1]),
    kill: (signal) => {
      started.process.kill(signal);
      return started.ended;
    },
  };
};

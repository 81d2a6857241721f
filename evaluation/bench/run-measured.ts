import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** What a program took from its start to its end, the start of Node included. */
export interface ProgramUsage {
  elapsedSeconds: number;
  /** Of all its threads. */
  cpuSeconds: number;
  peakBytes: number;
}

const tellUsage = pathToFileURL(join(import.meta.dirname, 'tell-usage.ts')).href;

/** Runs a script with this Node, and throws when it fails. */
export const runMeasured = async (
  script: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<ProgramUsage> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, '--import', tellUsage, script, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [, , errors, usage] = child.stdio;
  const [told, complaints, [exitCode]] = await Promise.all([
    text(usage as Readable),
    text(errors as Readable),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (exitCode !== 0) throw new Error(`${script} failed: ${complaints}`);
  const measured = JSON.parse(told) as Omit<ProgramUsage, 'elapsedSeconds'>;
  return { elapsedSeconds: (performance.now() - startedMs) / 1000, ...measured };
};

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export interface Started {
  child: ChildProcess;
  /** What it has written so far. */
  stdout: () => string;
  stderr: () => string;
  /** Resolves with the match as soon as its standard output has it. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** The same with its standard error. */
  tells: (pattern: RegExp) => Promise<RegExpExecArray>;
  exitCode: Promise<number | null>;
}

/** Runs a command of `local/` in a process of its own. */
export const run = (script: string, ...args: string[]): Started => runWith({}, script, ...args);

export const runWith = (env: NodeJS.ProcessEnv, script: string, ...args: string[]): Started => {
  const child = spawn(process.execPath, [join(root, 'local', script), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  const waitFor = async (stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> => {
    for (let hasEnded = false; ;) {
      const match = pattern.exec(written[stream]);
      if (match !== null) return match;
      if (hasEnded) throw new Error(`It ended without ${String(pattern)}:\n${written.stdout}\n${written.stderr}`);
      hasEnded = await Promise.race([once(child[stream], 'data').then(() => false), exitCode.then(() => true)]);
    }
  };
  return {
    child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    exitCode,
    says: (pattern) => waitFor('stdout', pattern),
    tells: (pattern) => waitFor('stderr', pattern),
  };
};

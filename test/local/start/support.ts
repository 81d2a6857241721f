import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export interface Started {
  child: ChildProcess;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the match as soon as its standard output has it. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  exitCode: Promise<number | null>;
}

/** Runs a command of `local/` in a process of its own. */
export const run = (script: string, ...args: string[]): Started => {
  const child = spawn(process.execPath, [join(root, 'local', script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    exitCode,
    says: async (pattern) => {
      for (;;) {
        const match = pattern.exec(written.stdout);
        if (match !== null) return match;
        const next = await Promise.race([once(child.stdout, 'data').then(() => 'more'), exitCode]);
        if (next !== 'more' && !pattern.test(written.stdout)) {
          throw new Error(`It ended without saying ${String(pattern)}:\n${written.stdout}\n${written.stderr}`);
        }
      }
    },
  };
};

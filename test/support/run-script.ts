// Runs one of our scripts as a process of its own, to its end.

import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface Finished {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Whatever hangs is ended before the longest test is. */
const PATIENCE_MS = 170_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** `script`: from the root of the project. `env` is added to that of this process. */
export const runScript = (
  script: string,
  args: readonly string[] = [],
  { env = {}, execArgv = [] }: { env?: Record<string, string>; execArgv?: readonly string[] } = {},
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: MOST_OUTPUT_BYTES, timeout: PATIENCE_MS };
    const child = execFile(process.execPath, [...execArgv, script, ...args], options, (error, stdout, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error(`${script} was stopped`));
      else resolve({ exitCode: child.exitCode, stdout, stderr });
    });
  });

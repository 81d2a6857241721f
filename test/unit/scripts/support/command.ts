import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `scripts/<name>.ts` as npm does it for somebody who stands in `folder`. */
export const commandIn =
  (folder: string, name: string, settings: Record<string, string | undefined> = {}) =>
  (...args: string[]): Promise<Finished> =>
    new Promise((resolve) => {
      const script = join(import.meta.dirname, '../../../../scripts', `${name}.ts`);
      const env = { ...process.env, ...settings, INIT_CWD: folder };
      execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });

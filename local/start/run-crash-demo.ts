// `npm run demo -- --crash`: against the product that `npm start` runs, or else against one of its own, which lives as
// long as the demonstration.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle } from '../../scripts/build.ts';
import { readReports } from './crash-report.ts';
import { demonstrateCrash } from './crash.ts';
import { DataDirectory } from './data-directory.ts';
import type { CrashOptions } from './demo-options.ts';
import { findProduct } from './find-product.ts';
import { startProduct, type Product } from './product.ts';
import { INTERRUPTED, untilInterrupted } from './signals.ts';
import { UserError } from './user-error.ts';

/** The answer is the exit code. */
export const runCrashDemo = async (
  options: CrashOptions,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<number> => {
  const running = await findProduct(options.dataDir);
  try {
    const isSound =
      running === undefined
        ? await demonstrateHere(options.sessions, say, interrupted)
        : await demonstrateThere(running.controlUrl, options.sessions, say, interrupted);
    return isSound ? 0 : 1;
  } catch (error) {
    if (interrupted.aborted) return INTERRUPTED;
    throw error;
  }
};

const demonstrateThere = async (
  controlUrl: string,
  sessions: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> => {
  const response = await fetch(`${controlUrl}/crash?sessions=${sessions}`, { method: 'POST', signal });
  if (response.status === 409) throw new UserError('Another demo has the app crash at this moment.');
  if (!response.ok || response.body === null) throw new Error(`The product answered ${response.status}.`);
  return readReports(response.body, say);
};

const demonstrateHere = async (
  sessions: number,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<boolean> => {
  const dataDir = makeTemporaryDirectory();
  let data: DataDirectory | undefined;
  let building: Promise<unknown> | undefined;
  let product: Product | undefined;
  try {
    data = new DataDirectory(dataDir);
    say('No product of npm start is there: starting one with data of its own, only for this.');
    const build = (file: string): Promise<unknown> => (building = buildBundle(file));
    const starting = startProduct({ data, build, port: 0, seed: 1, tell: say });
    product = await Promise.race([starting, untilInterrupted(interrupted)]);
    const demonstrating = demonstrateCrash(product, {
      sessions,
      mark: `crash-${randomUUID()}`,
      say,
      signal: interrupted,
    });
    return await Promise.race([demonstrating, untilInterrupted(interrupted)]);
  } finally {
    await product?.stop();
    data?.release();
    // The builder is a process of its own: it would write into the directory after that is gone, and so make it again.
    await Promise.allSettled([building]);
  }
};

/** It is gone when this process is, also when a stop takes too long. */
const makeTemporaryDirectory = (): string => {
  try {
    const directory = mkdtempSync(join(tmpdir(), 'liveness-crash-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    return directory;
  } catch (error) {
    throw new UserError(`No directory can be made in ${tmpdir()}. Name another place in TMPDIR.`, { cause: error });
  }
};

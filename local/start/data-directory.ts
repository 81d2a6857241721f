// The directory where everything is kept between two starts: the data of the services, and how far the clock is ahead.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { UserError } from './user-error.ts';

/** What a running product tells others on this machine, so that they find it. */
const runningSchema = z.object({
  apiUrl: z.string(),
  controlUrl: z.string(),
  faceEndpoint: z.string(),
  tenantUrl: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  apiClientId: z.string(),
});

export type RunningProduct = z.output<typeof runningSchema>;

const clockSchema = z.object({ offsetMs: z.number().nonnegative() });

export class DataDirectory {
  /** Of the services; `forget` removes it whole. */
  readonly cloudDir: string;
  readonly bundle: string;
  readonly logFile: string;
  readonly receiptsDir: string;
  readonly #dir: string;
  readonly #lock: DatabaseSync;

  /** Throws when another process uses the directory. The operating system ends that with the process, however it ends. */
  constructor(dir: string) {
    this.#dir = dir;
    this.cloudDir = join(dir, 'cloud');
    this.bundle = join(dir, 'app/main.cjs');
    this.logFile = join(dir, 'app.log');
    this.receiptsDir = join(dir, 'receipts');
    this.#lock = openLock(dir);
    try {
      this.#lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.#lock.close();
      if (!isBusy(error)) throw unusable(dir, error);
      throw new UserError(
        `Another npm start uses the data in ${dir}. Stop it, or choose another place: npm start -- --data DIR --port 0`,
        { cause: error },
      );
    }
    rmSync(this.#runningFile, { force: true });
  }

  /** Removes what was kept, the time included. */
  forget(): void {
    rmSync(this.cloudDir, { recursive: true, force: true });
    rmSync(this.logFile, { force: true });
    rmSync(this.receiptsDir, { recursive: true, force: true });
  }

  get clockOffsetMs(): number {
    const text = readIfThere(this.#clockFile);
    return text === undefined ? 0 : clockSchema.parse(JSON.parse(text)).offsetMs;
  }

  /** Before the clock is moved: nothing may be stored with a time that a later start has still to come to. */
  keepClockOffset(offsetMs: number): void {
    mkdirSync(this.cloudDir, { recursive: true });
    replaceFile(this.#clockFile, JSON.stringify({ offsetMs }));
  }

  /** The path of the file. */
  keepReceipt(name: string, receipt: unknown): string {
    mkdirSync(this.receiptsDir, { recursive: true });
    const path = join(this.receiptsDir, `${name}.json`);
    replaceFile(path, `${JSON.stringify(receipt, undefined, 2)}\n`);
    return path;
  }

  tellRunning(product: RunningProduct): void {
    replaceFile(this.#runningFile, JSON.stringify(runningSchema.parse(product), undefined, 2));
  }

  release(): void {
    rmSync(this.#runningFile, { force: true });
    this.#lock.close();
  }

  get #clockFile(): string {
    return join(this.cloudDir, 'clock.json');
  }

  get #runningFile(): string {
    return runningFileIn(this.#dir);
  }
}

const openLock = (dir: string): DatabaseSync => {
  try {
    mkdirSync(dir, { recursive: true });
    return new DatabaseSync(join(dir, 'lock.db'));
  } catch (error) {
    throw unusable(dir, error);
  }
};

const unusable = (dir: string, cause: unknown): UserError =>
  new UserError(`Nothing can be kept in ${dir}. Choose another place: npm start -- --data DIR`, { cause });

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => (error as { errcode?: unknown }).errcode === SQLITE_BUSY;

/** What the product that uses this directory told; after a kill, what it had told. */
export const readRunning = (dir: string): RunningProduct | undefined => {
  const text = readIfThere(runningFileIn(dir));
  return text === undefined ? undefined : runningSchema.parse(JSON.parse(text));
};

const runningFileIn = (dir: string): string => join(dir, 'running.json');

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** Renamed into place: whoever reads it, or dies while writing, leaves or finds it whole. */
const replaceFile = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

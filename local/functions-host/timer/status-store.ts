import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimerStatus } from './schedule.ts';

export interface TimerStatusStore {
  /** Undefined when nothing was stored for the function. */
  read(functionName: string): Promise<TimerStatus | undefined>;
  write(functionName: string, status: TimerStatus): Promise<void>;
}

export class MemoryTimerStatusStore implements TimerStatusStore {
  readonly #statuses = new Map<string, TimerStatus>();

  read(functionName: string): Promise<TimerStatus | undefined> {
    return Promise.resolve(this.#statuses.get(functionName));
  }

  write(functionName: string, status: TimerStatus): Promise<void> {
    this.#statuses.set(functionName, status);
    return Promise.resolve();
  }
}

/** One file for each timer. */
export class FileTimerStatusStore implements TimerStatusStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(functionName: string): Promise<TimerStatus | undefined> {
    const text = await readFile(this.#file(functionName), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const { last, next, lastUpdated } = JSON.parse(text) as { last?: string; next?: string; lastUpdated: string };
    return {
      last: last === undefined ? undefined : new Date(last),
      next: next === undefined ? undefined : new Date(next),
      lastUpdated: new Date(lastUpdated),
    };
  }

  async write(functionName: string, status: TimerStatus): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    // Renamed into place: a process that dies while it writes leaves the old status whole.
    await writeFile(`${this.#file(functionName)}.new`, JSON.stringify(status));
    await rename(`${this.#file(functionName)}.new`, this.#file(functionName));
  }

  #file(functionName: string): string {
    return join(this.#folder, `${functionName}.json`);
  }
}

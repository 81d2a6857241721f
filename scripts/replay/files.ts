// Files that a command names. npm starts scripts in the project's folder and tells where the author was.

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../policy/command-error.ts';

const LINES_AT_ONCE = 1000;

export const pathOf = (file: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), file);

export const writeText = (file: string, text: string): void => {
  try {
    writeFileSync(pathOf(file), text);
  } catch (error) {
    throw fileError(file, 'written', error);
  }
};

/** One line for each value, in pieces: all of them together may be more than a text can hold. */
export const writeJsonLines = (file: string, values: readonly unknown[]): void => {
  try {
    const opened = openSync(pathOf(file), 'w');
    try {
      for (let start = 0; start < values.length; start += LINES_AT_ONCE) {
        const lines = values.slice(start, start + LINES_AT_ONCE).map((value) => `${JSON.stringify(value)}\n`);
        writeFileSync(opened, lines.join(''));
      }
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw fileError(file, 'written', error);
  }
};

export const fileError = (file: string, done: 'read' | 'written', error: unknown): CommandError => {
  const { code = '' } = error as NodeJS.ErrnoException;
  return new CommandError(`${pathOf(file)} cannot be ${done}: ${WHY[code] ?? (error as Error).message}.`, {
    cause: error,
  });
};

const WHY: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission is missing',
};

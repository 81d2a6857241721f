// Files that a command names. npm starts scripts in the project's folder and tells where the author was.

import { createWriteStream, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../policy/command-error.ts';

const PIECE_CHARACTERS = 65_536;

export const pathOf = (file: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), file);

export const writeText = (file: string, text: string): void => {
  try {
    writeFileSync(pathOf(file), text);
  } catch (error) {
    throw fileError(file, 'written', error);
  }
};

/** One line for each value, to stdout without a file. */
export const writeJsonLines = async (file: string | undefined, values: Iterable<unknown>): Promise<void> => {
  try {
    await pipeline(
      Readable.from(piecesOf(values)),
      file === undefined ? process.stdout : createWriteStream(pathOf(file)),
    );
  } catch (error) {
    throw fileError(file ?? 'stdout', 'written', error);
  }
};

/** All lines together may be more than a text can hold. */
function* piecesOf(values: Iterable<unknown>): Generator<string> {
  let piece = '';
  for (const value of values) {
    piece += `${JSON.stringify(value)}\n`;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

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
  EPIPE: 'nobody reads it any more',
};

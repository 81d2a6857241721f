import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from './command-error.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/** What a file holds, whatever that is. npm starts scripts in the project's folder and tells where the author was. */
export const readDocument = (file: string): unknown => {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  const text = readText(path);
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (error) {
    throw new CommandError(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(`${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}.`, {
      cause: error,
    });
  }
};

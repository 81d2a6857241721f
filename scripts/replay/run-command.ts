import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { CommandError } from '../policy/command-error.ts';

/** The command was written wrongly; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit code 0, 1 when the command could not do its work, 2 when it was written wrongly. */
export const runCommand = async (
  usage: string,
  run: (args: readonly string[]) => Promise<void> | void,
): Promise<void> => {
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n${usage}`);
      process.exitCode = 2;
    } else {
      console.error(error instanceof CommandError ? error.message : error);
      process.exitCode = 1;
    }
  }
};

export const parseOptions = <Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    // The first sentence names the option; what follows is advice for words that begin with a dash.
    throw new UsageError((error as Error).message.split('. ')[0] ?? '', { cause: error });
  }
};

export const needed = (value: string | undefined, what: string): string => {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing.`);
  return value;
};

export const nothingMore = ([first]: readonly string[]): void => {
  if (first !== undefined) throw new UsageError(`"${first}" is not expected here.`);
};

import type { Log } from '../application/ports.ts';

/** One JSON line a record, which the platform takes up as it is. */
const write = (level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown> = {}): void => {
  console[level](JSON.stringify({ event, ...facts }));
};

/** Messages of causes are kept, stacks too: they come from our code and the SDKs, and hold no bodies. */
const describe = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { error: typeof error };
  return {
    error: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describe(error.cause) }),
  };
};

export const consoleLog: Log = {
  info: (event, facts) => write('info', event, facts),
  warn: (event, facts) => write('warn', event, facts),
  error: (event, error, facts) => write('error', event, { ...facts, ...describe(error) }),
};

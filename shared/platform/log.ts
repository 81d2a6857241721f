import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext, PreInvocationContext } from '@azure/functions';
import type { Log } from '../application/ports.ts';

const invocations = new AsyncLocalStorage<InvocationContext>();

/** A hook before each invocation: what it logs carries its id, however deep in the code it is logged. */
export const logWithinInvocation = (before: PreInvocationContext): void => {
  const { functionHandler, invocationContext } = before;
  before.functionHandler = (...inputs: Parameters<typeof functionHandler>) =>
    invocations.run(invocationContext, () => functionHandler(...inputs) as unknown);
};

/** One JSON line a record. Outside an invocation there is only the console. */
const write = (level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown> = {}): void => {
  const line = JSON.stringify({ event, ...facts });
  const invocation = invocations.getStore();
  if (invocation === undefined) console[level](line);
  else invocation[level](line);
};

/** Messages and stacks come from our code and the SDKs, and hold no bodies. */
const describe = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { error: typeof error };
  return {
    error: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describe(error.cause) }),
  };
};

export const invocationLog: Log = {
  info: (event, facts) => write('info', event, facts),
  warn: (event, facts) => write('warn', event, facts),
  error: (event, error, facts) => write('error', event, { ...facts, ...describe(error) }),
};

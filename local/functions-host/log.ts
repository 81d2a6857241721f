import { inspect } from 'node:util';
import type { LogLevel } from './rpc.ts';

/** An error as plain data: it looks the same on both sides of a process border. */
export interface ErrorInfo {
  name: string;
  message: string;
  /** With the stacks of its causes. */
  stack: string;
}

export interface LogRecord {
  level: LogLevel;
  category: 'user' | 'system' | 'host';
  functionName?: string;
  invocationId?: string;
  message: string;
  error?: ErrorInfo;
}

export type Logger = (record: LogRecord) => void;

export const describeError = (error: unknown): ErrorInfo =>
  error instanceof Error || isErrorLike(error)
    ? { name: error.name, message: error.message, stack: inspect(error) }
    : { name: 'Error', message: typeof error === 'string' ? error : inspect(error), stack: inspect(error) };

// `instanceof` fails for errors of another realm, which a test runner or a vm context can produce.
const isErrorLike = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'message' in value && 'name' in value && 'stack' in value;

export const logToStderr: Logger = ({ level, functionName, message, error }) => {
  const where = functionName === undefined ? '' : ` ${functionName}:`;
  const stack = error === undefined ? '' : `\n${error.stack}`;
  process.stderr.write(`[${level}]${where} ${message}${stack}\n`);
};

import type { HookCallback, LogCategory, LogLevel } from './rpc.ts';
import type { Logger, LogRecord } from './log.ts';

/** The invocation a record belongs to; absent for what is logged outside of any. */
export interface LogSource {
  functionName: string;
  invocationId: string;
  hookData: object;
  invocationContext: object | undefined;
}

export type AppLog = (level: LogLevel, category: LogCategory, message: string, source?: LogSource) => void;

/** Records of the app and of the library pass through the log hooks, which may change only what the app wrote itself. */
export const makeAppLog =
  (hooks: () => readonly HookCallback[], appHookData: object, logger: Logger): AppLog =>
  (level, category, message, source) => {
    const context = {
      level,
      message,
      category,
      hookData: source?.hookData ?? {},
      appHookData,
      invocationContext: source?.invocationContext,
    };
    for (const hook of hooks()) {
      try {
        hook(context);
      } catch {
        // A hook that fails must not take a record away.
      }
    }
    const record: LogRecord =
      category === 'user' ? { level: context.level, category, message: context.message } : { level, category, message };
    if (source !== undefined) {
      record.functionName = source.functionName;
      record.invocationId = source.invocationId;
    }
    logger(record);
  };

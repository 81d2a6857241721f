// What the app and its host log goes to a file; errors are told where they are seen.

import { createWriteStream } from 'node:fs';
import type { Logger } from '../functions-host/log.ts';

export interface AppLog {
  logger: Logger;
  close(): Promise<void>;
}

export const openAppLog = (file: string, tell: (line: string) => void): AppLog => {
  const stream = createWriteStream(file, { flags: 'a' });
  return {
    logger: ({ level, functionName, message, error }) => {
      const line = [new Date().toISOString(), level, functionName, message, error?.stack].filter(Boolean).join(' ');
      stream.write(`${line}\n`);
      if (level === 'error' || level === 'critical') {
        tell(`app: ${functionName ?? ''} ${error?.message ?? message}`);
      }
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
};

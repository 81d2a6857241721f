import type { Log } from '../../shared/application/ports.ts';

/** Figures show what went wrong; a log of thousands of lines would only be measured with them. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

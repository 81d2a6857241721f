// Ctrl-C and SIGTERM: the first stops everything in good order, a second one ends at once.

/** npm hands on a Ctrl-C that has reached this process already: that is no second one. */
const SAME_SIGNAL_MS = 400;
/** The exit code of what a signal broke off. */
export const INTERRUPTED = 130;

interface StopOptions {
  /** Then it ends, whatever hangs: everything that was acknowledged is kept. */
  longestMs?: number;
  /** The exit code of a stop that took longer. */
  codeWhenLonger?: number;
}

/** Aborted by the first signal. */
export const listenForSignals = ({ longestMs = 2500, codeWhenLonger = 0 }: StopOptions = {}): AbortSignal => {
  const interrupted = new AbortController();
  let firstAtMs: number | undefined;
  const heard = (): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      interrupted.abort();
      setTimeout(() => process.exit(codeWhenLonger), longestMs).unref();
    } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
      process.exit(INTERRUPTED);
    }
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return interrupted.signal;
};

/** Never resolves; rejects as soon as the signal is aborted. */
export const untilInterrupted = (interrupted: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = (): void => reject(new Error('interrupted'));
    if (interrupted.aborted) end();
    else interrupted.addEventListener('abort', end, { once: true });
  });

// Ctrl-C and SIGTERM: the first stops everything in good order, a second one ends at once.

/** npm hands on a Ctrl-C that has reached this process already: that is no second one. */
const SAME_SIGNAL_MS = 400;
/** Whatever hangs then: everything that was acknowledged is kept. */
const LONGEST_STOP_MS = 2500;

/** Aborted by the first signal. */
export const listenForSignals = (): AbortSignal => {
  const interrupted = new AbortController();
  let firstAtMs: number | undefined;
  const heard = (): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      interrupted.abort();
      setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref();
    } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
      process.exit(130);
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

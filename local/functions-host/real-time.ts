/** Whether work ended in time, and with what. */
export type InTime<T> = { inTime: true; value: T } | { inTime: false };

/**
 * Waits for `work`, but no longer than `ms` of real time: this guards against what hangs, and a clock that jumps must not
 * cut off what runs. The wait alone keeps no process alive, unless it `holds` it.
 */
export const within = async <T>(ms: number, work: Promise<T>, { holds = false } = {}): Promise<InTime<T>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ inTime: false }>((resolve) => {
    timer = setTimeout(() => resolve({ inTime: false }), ms);
    if (!holds) timer.unref();
  });
  try {
    return await Promise.race([work.then((value) => ({ inTime: true, value }) as const), late]);
  } finally {
    clearTimeout(timer);
  }
};

import { Unavailable } from '../../application/errors.ts';

/** What a refused call means for whoever decides. */
export const HTTP = { notFound: 404, conflict: 409, preconditionFailed: 412, failedDependency: 424 } as const;

/** A request that can never succeed: our mistake, not the service's condition. */
export const isOurMistake = (status: number | undefined): boolean => status === 400 || status === 413;

const statusOf = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
};

const retryAfterSecondsOf = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('retryAfterInMs' in error)) return undefined;
  return typeof error.retryAfterInMs === 'number' ? Math.max(1, Math.ceil(error.retryAfterInMs / 1000)) : undefined;
};

/** The SDK wraps the failure of a batch in an error that says nothing by itself. */
const saidByService = (error: unknown): unknown =>
  statusOf(error) === undefined && error instanceof Error && error.cause !== undefined ? error.cause : error;

/**
 * Runs one call. Statuses named in `expected` are an answer (`undefined` with the status); our own mistakes are thrown
 * as they are; everything else (throttling, time-outs, resets, outages) is `Unavailable`: the write may have happened.
 */
export const answerOf = async <T>(
  what: string,
  call: () => Promise<T>,
  expected: readonly number[] = [],
): Promise<{ value: T } | { status: number }> => {
  try {
    return { value: await call() };
  } catch (error) {
    const said = saidByService(error);
    const status = statusOf(said);
    if (status !== undefined && expected.includes(status)) return { status };
    if (isOurMistake(status)) throw error;
    const retryAfterSeconds = retryAfterSecondsOf(said);
    throw new Unavailable(what, { cause: error, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
  }
};

/** A missing container answers like a missing item, with this sub-status; to take it for an empty one would lose data. */
const OWNER_MISSING = 1003;

export const assertContainerIsThere = (what: string, response: { substatus?: number }): void => {
  if (response.substatus === OWNER_MISSING) throw new Unavailable(`${what}: the container is missing`);
};

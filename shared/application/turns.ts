import { Unavailable } from './errors.ts';

export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Within this process, work of one key is done one after the other, in the order it came. Correctness never depends on
 * it: other processes do not take part. It spares the races that all but one would lose and decide again.
 *
 * When a dependency does not answer the one whose turn it is, those that wait behind it are told the same at once:
 * otherwise each would wait for its own time-out after all the others'.
 */
export const makeTurns = (): InTurn => {
  const last = new Map<string, Promise<Unavailable | undefined>>();

  return async (key, work) => {
    const before = last.get(key);
    const done = Promise.withResolvers<Unavailable | undefined>();
    last.set(key, done.promise);
    let unavailable = await before;
    try {
      if (unavailable !== undefined) throw unavailable;
      return await work();
    } catch (error) {
      if (error instanceof Unavailable) unavailable = error;
      throw error;
    } finally {
      done.resolve(unavailable);
      if (last.get(key) === done.promise) last.delete(key);
    }
  };
};

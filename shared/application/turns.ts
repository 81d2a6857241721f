import { Unavailable } from './errors.ts';

export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

interface Queue {
  running: number;
  waiting: PromiseWithResolvers<undefined>[];
}

/**
 * Within this process, only so many pieces of work of one key are under way at once; the others wait, in the order they
 * came. Correctness never depends on it: other processes do not take part. It spares a flood of requests for one end
 * user the races that all but one would lose and decide again.
 *
 * When a dependency does not answer one of them, those that wait are told the same at once: otherwise each would wait
 * for its own time-out after all the others'.
 */
export const makeTurns = (atOnce: number): InTurn => {
  const queues = new Map<string, Queue>();

  return async (key, work) => {
    const queue = queues.get(key) ?? { running: 0, waiting: [] };
    queues.set(key, queue);
    if (queue.running < atOnce) queue.running += 1;
    else await turnIn(queue);
    try {
      return await work();
    } catch (error) {
      if (error instanceof Unavailable) queue.waiting.splice(0).forEach(({ reject }) => reject(error));
      throw error;
    } finally {
      const next = queue.waiting.shift();
      if (next === undefined) queue.running -= 1;
      else next.resolve(undefined);
      if (queue.running === 0) queues.delete(key);
    }
  };
};

const turnIn = ({ waiting }: Queue): Promise<undefined> => {
  const turn = Promise.withResolvers<undefined>();
  waiting.push(turn);
  return turn.promise;
};

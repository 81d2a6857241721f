import type { Trace } from '../trace.ts';
import { honestBlock, PEOPLE_IN_A_BLOCK, type HonestOptions } from './honest-block.ts';

/** Block after block, so that a million people need no more memory than a few hundred. */
export const honestTraces = function* (options: HonestOptions, people: number): Generator<Trace> {
  for (let block = 0, left = people; left > 0; block += 1, left -= PEOPLE_IN_A_BLOCK) {
    yield honestBlock(options, block, Math.min(left, PEOPLE_IN_A_BLOCK));
  }
};

import type { Trace } from '../trace.ts';
import { attackBlock, ATTACKERS_IN_A_BLOCK, type AttackOptions } from './attack-block.ts';

/** Block after block of attackers of one kind. */
export const attackTraces = function* (options: AttackOptions, attackers: number): Generator<Trace> {
  for (let block = 0, left = attackers; left > 0; block += 1, left -= ATTACKERS_IN_A_BLOCK) {
    yield attackBlock(options, block, Math.min(left, ATTACKERS_IN_A_BLOCK));
  }
};

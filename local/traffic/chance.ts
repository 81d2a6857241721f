// Chance of one person: the same for the same seed and name, whatever everybody else does in between.

import { createHash } from 'node:crypto';
import { makeDraws, type Draws } from '../face/draws.ts';

export class Chance {
  readonly #draws: Draws;
  #drawn = 0;

  constructor(seed: number, person: string) {
    const mixed = createHash('sha256').update(`${seed} ${person}`).digest().readUIntBE(0, 6);
    this.#draws = makeDraws(mixed);
  }

  /** From 0 up to 1. */
  fraction(): number {
    this.#drawn += 1;
    return this.#draws.fraction('person', this.#drawn);
  }

  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** From 0 up to `below`. */
  whole(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** As people pause: half as long is as likely as twice as long. */
  pauseMs(shortestMs: number, longestMs: number): number {
    return Math.round(shortestMs * (longestMs / shortestMs) ** this.fraction());
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.whole(choices.length)]!;
  }
}

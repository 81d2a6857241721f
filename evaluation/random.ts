// Draws from one seeded source. Give each independent thing a source of its own, named by its purpose: then it stays the
// same whatever the others draw.

import { makeXoshiro128 } from './xoshiro128.ts';

export class Random {
  readonly #next: () => number;
  #spareNormal: number | undefined;

  constructor(seed: number, ...purpose: (string | number)[]) {
    if (!Number.isSafeInteger(seed)) throw new RangeError('The seed must be a whole number.');
    const name = [seed, ...purpose].join(' ');
    this.#next = makeXoshiro128(hash(`a ${name}`), hash(`b ${name}`), hash(`c ${name}`), hash(`d ${name}`));
  }

  /** Between 0 and 1, never exactly either, so that it has a logarithm. */
  fraction(): number {
    return (this.#next() + 0.5) / 2 ** 32;
  }

  happens(chance: number): boolean {
    return this.fraction() < chance;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.fraction();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.fraction());
  }

  oneOf<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] as T;
  }

  /** The choice whose `share` of all shares is hit. */
  byShare<T extends { share: number }>(choices: readonly T[]): T {
    let left = this.fraction() * choices.reduce((sum, { share }) => sum + share, 0);
    return (choices.find(({ share }) => (left -= share) < 0) ?? choices.at(-1)) as T;
  }

  /** Standard normal, by Marsaglia's polar method, which makes two at a time. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = this.between(-1, 1);
      const y = this.between(-1, 1);
      const square = x * x + y * y;
      if (square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * scale;
      return x * scale;
    }
  }

  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(this.fraction());
  }

  /** Scale 1; Marsaglia and Tsang 2000, "A simple method for generating gamma variables". */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.fraction() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.fraction()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Products of uniform numbers (Knuth); for small means. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.fraction(); product > limit; product *= this.fraction()) count += 1;
    return count;
  }
}

/** FNV-1a over the code units, finished like MurmurHash3 so that similar names give unlike numbers. */
const hash = (text: string): number => {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
};

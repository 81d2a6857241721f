/** At most `maxRunning` at a time; the others wait, and at most `maxOutstanding` wait or run. */
export class Limiter {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #maxRunning: number;
  readonly #maxOutstanding: number;

  constructor(maxRunning: number, maxOutstanding: number) {
    this.#maxRunning = maxRunning;
    this.#maxOutstanding = maxOutstanding;
  }

  /** Undefined when there are too many already. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#running + this.#waiting.length >= this.#maxOutstanding) return undefined;
    if (this.#running >= this.#maxRunning) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // The place goes to the one that waits longest.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

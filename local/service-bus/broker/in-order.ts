import type { Clock } from '../../clock.ts';

/** Does things one after the other; one that is held back holds back all that follow. */
export class InOrder {
  readonly #clock: Clock;
  readonly #waiting: { ms: number; action: () => void }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#waiting.length;
  }

  do(action: () => void, delayMs = 0): void {
    if (delayMs === 0 && this.#waiting.length === 0) action();
    else if (this.#waiting.push({ ms: delayMs, action }) === 1) this.#waitForFirst();
  }

  #waitForFirst(): void {
    this.#clock.after(this.#waiting[0]!.ms, () => {
      let first = this.#waiting.shift();
      while (first !== undefined) {
        first.action();
        if (this.#waiting[0] !== undefined && this.#waiting[0].ms > 0) {
          this.#waitForFirst();
          return;
        }
        first = this.#waiting.shift();
      }
    });
  }
}

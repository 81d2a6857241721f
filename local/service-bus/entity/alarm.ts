import type { Clock } from '../../clock.ts';

/** Rings at the earliest moment that was asked for; then the owner does what is due and says when to ring next. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => number | undefined;
  #at = Infinity;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, ring: () => number | undefined) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Asks to ring at a moment in epoch milliseconds; a later wish than the one that stands changes nothing. */
  ringBy(at: number): void {
    if (at >= this.#at) return;
    this.#cancel();
    this.#at = at;
    this.#cancel = this.#clock.after(at - this.#clock.now().getTime(), () => {
      this.#at = Infinity;
      const next = this.#ring();
      if (next !== undefined) this.ringBy(next);
    });
  }

  stop(): void {
    this.#cancel();
    this.#at = -Infinity;
  }
}

/** How a message of one receiver is settled. */
export type Settlement = 'complete' | 'abandon';

interface Waiting {
  kind: Settlement;
  settle: () => Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Settles the messages of one link. The AMQP library merges neighbouring settlements of one tick into one frame with the
 * outcome of the first, so that an abandoned message could silently be completed: different outcomes get different ticks.
 */
export class Settlements {
  #waiting: Waiting[] = [];
  #isScheduled = false;

  add(kind: Settlement, settle: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ kind, settle, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const kind = this.#waiting[0]?.kind;
      const end = this.#waiting.findIndex((entry) => entry.kind !== kind);
      const now = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
      for (const { settle, resolve, reject } of now) settle().then(resolve, reject);
      this.#schedule();
    });
  }
}

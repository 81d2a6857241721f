/** What is under way in the host: asked by `idle` and by a graceful stop. */
export class Activity {
  readonly #running = new Set<{ what: string }>();
  #waiting: (() => void)[] = [];

  /** The answer says that it has ended; saying so twice is harmless. */
  begin(what: string): () => void {
    const entry = { what };
    this.#running.add(entry);
    return () => {
      this.#running.delete(entry);
      if (this.#running.size > 0) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      waiting.forEach((resolve) => resolve());
    };
  }

  async track<T>(what: string, work: () => Promise<T>): Promise<T> {
    const end = this.begin(what);
    try {
      return await work();
    } finally {
      end();
    }
  }

  idle(): Promise<void> {
    return this.#running.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  get running(): string[] {
    return [...this.#running].map(({ what }) => what);
  }
}

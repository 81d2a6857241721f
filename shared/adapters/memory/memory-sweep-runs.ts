import type { SweepName, SweepRuns } from '../../application/ports.ts';

export class MemorySweepRuns implements SweepRuns {
  readonly #lastRuns = new Map<SweepName, Date>();

  lastRuns(): Promise<Partial<Record<SweepName, Date>>> {
    return Promise.resolve(Object.fromEntries(this.#lastRuns));
  }

  ran(sweep: SweepName, at: Date): Promise<void> {
    this.#lastRuns.set(sweep, at);
    return Promise.resolve();
  }
}

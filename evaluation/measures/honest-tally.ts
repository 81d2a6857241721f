import { type Rate, rateOf } from './rate.ts';
import type { VerdictsOfId } from './verdicts-of-ids.ts';

export interface HonestRates {
  ids: number;
  flagged: Rate;
  /** Never flagged, but paused at least once. */
  paused: Rate;
}

/** Counts ids, and what happened to them. */
export class HonestTally {
  ids = 0;
  #flagged = 0;
  #paused = 0;

  add(verdicts: VerdictsOfId | undefined): void {
    this.ids += 1;
    if (verdicts?.isFlagged === true) this.#flagged += 1;
    else if (verdicts !== undefined) this.#paused += 1;
  }

  rates(): HonestRates {
    return { ids: this.ids, flagged: rateOf(this.#flagged, this.ids), paused: rateOf(this.#paused, this.ids) };
  }
}

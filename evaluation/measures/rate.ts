import type { Interval } from '../statistics/interval.ts';
import { wilson } from '../statistics/wilson.ts';

/** How many of how many, and the share with its 95 % interval. */
export interface Rate extends Interval {
  count: number;
  of: number;
}

export const rateOf = (count: number, of: number): Rate => ({ count, of, ...wilson(count, of) });

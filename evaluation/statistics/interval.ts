/** An estimate with the ends of its 95 % interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

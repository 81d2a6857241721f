import { quantile } from '../../evaluation/statistics/quantiles.ts';

export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

/** Of nothing: that it never came. */
export const latencyOf = (times: readonly number[]): Latency => {
  const at = (q: number): number => (times.length === 0 ? Infinity : quantile(times, q));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};

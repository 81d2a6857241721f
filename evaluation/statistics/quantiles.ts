/**
 * The smallest value that at least a share `q` of all values do not exceed. Nothing is interpolated, so Infinity may
 * stand for "never": where too few ever come to an end, the quantile is never as well.
 */
export const quantile = (values: ArrayLike<number>, q: number): number => {
  const ascending = Float64Array.from(values).sort();
  const found = ascending[Math.max(0, Math.ceil(q * ascending.length - 1e-9) - 1)];
  if (found === undefined) throw new RangeError('There is no quantile of nothing.');
  return found;
};

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

// ln Gamma for positive arguments, to about 15 digits.

/** B(2k) / (2k (2k-1)), the coefficients of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];
const SERIES_FROM = 12;
const HALF_LN_TWO_PI = Math.log(2 * Math.PI) / 2;

export const lnGamma = (z: number): number => {
  // Gamma(z) = Gamma(z + n) / (z (z+1) ... (z+n-1)): lifts the argument to where the series is exact enough.
  let lifted = z;
  let product = 1;
  for (; lifted < SERIES_FROM; lifted += 1) product *= lifted;
  const inverseSquare = 1 / (lifted * lifted);
  const series = STIRLING.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) / lifted;
  return (lifted - 0.5) * Math.log(lifted) - lifted + HALF_LN_TWO_PI + series - Math.log(product);
};

/** L(a, n) = lnGamma(a + n) - lnGamma(a), the logarithm of a (a+1) ... (a+n-1) when n is whole. */
export const logRising = (a: number, n: number): number => (n === 0 ? 0 : lnGamma(a + n) - lnGamma(a));

/** The same with fixed `a`, remembered for whole n: histories are small, so few numbers come up again and again. */
export const makeLogRising = (a: number): ((n: number) => number) => {
  const known: number[] = [];
  return (n) => (known[n] ??= logRising(a, n));
};

/** Remembers every answer; for arguments that take few different values. */
export const memoised = (fn: (n: number) => number): ((n: number) => number) => {
  const known = new Map<number, number>();
  return (n) => {
    const remembered = known.get(n);
    if (remembered !== undefined) return remembered;
    const answer = fn(n);
    known.set(n, answer);
    return answer;
  };
};

/** ln(sum of exp), without overflow. */
export const logSumExp = (logs: readonly number[]): number => {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
};

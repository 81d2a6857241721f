/** A sum whose parts lose half their weight each half-life. */
export const decayedSum = (halfLifeMs: number): ((amount: number, atMs: number) => number) => {
  let sum = 0;
  let lastAtMs = 0;
  return (amount, atMs) => {
    sum = sum * 2 ** (-(atMs - lastAtMs) / halfLifeMs) + amount;
    lastAtMs = atMs;
    return sum;
  };
};

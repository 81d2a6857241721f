/** The index of the first of the ascending values that is at least `limit`, or how many there are if none is. */
export const firstAtLeast = (ascending: ArrayLike<number>, limit: number): number => {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

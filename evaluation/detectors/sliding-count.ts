/** How many instants, this one included, lie in the window that ends with it. The window is open at its old end. */
export const slidingCount = (windowMs: number): ((atMs: number) => number) => {
  const instants: number[] = [];
  return (atMs) => {
    instants.push(atMs);
    while ((instants[0] ?? atMs) <= atMs - windowMs) instants.shift();
    return instants.length;
  };
};

// Sets that keep the newest K elements. Since topK(A u B) = topK(topK(A) u topK(B)), `unionNewest` is associative,
// commutative and idempotent: any order of arrival, any repetition and any split into partial sets give the same set.

export interface SetOrder<Element> {
  /** Total over what makes elements different; 0 means the same element. */
  compare: (a: Element, b: Element) => number;
  /** Which of two equal elements stays; the first, when elements hold nothing beyond what is compared. */
  prefer?: (a: Element, b: Element) => Element;
}

/** Both sets are sorted by the order, and so is the answer. */
export const unionNewest = <Element>(
  a: readonly Element[],
  b: readonly Element[],
  order: SetOrder<Element>,
  keep: number,
): readonly Element[] => {
  if (b.length === 0) return newest(a, keep);
  if (a.length === 0) return newest(b, keep);
  const last = a.at(-1);
  const [first] = b;
  // The usual case: what is new comes last.
  if (last !== undefined && first !== undefined && order.compare(last, first) < 0) return newest(a.concat(b), keep);
  const union: Element[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined || y !== undefined; x = a[i], y = b[j]) {
    const side = x === undefined ? 1 : y === undefined ? -1 : order.compare(x, y);
    if (x !== undefined && side < 0) union.push(x);
    else if (y !== undefined && side > 0) union.push(y);
    else if (x !== undefined && y !== undefined) union.push(order.prefer?.(x, y) ?? x);
    if (side <= 0) i += 1;
    if (side >= 0) j += 1;
  }
  return newest(union, keep);
};

const newest = <Element>(set: readonly Element[], keep: number): readonly Element[] =>
  set.length > keep ? set.slice(set.length - keep) : set;

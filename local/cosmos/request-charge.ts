// A model of request charges (RU), not the service's bill. Points and terms follow Microsoft Learn, "Understand request
// unit consumption" (illustrative values, session consistency), linear between the points. A replaced item is charged as
// two writes: one version leaves, the other comes. The charge of a query is not published anywhere and is our own estimate.

const sizesKb = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const reads = [1.0, 1.04, 1.14, 1.33, 1.67, 2.19, 4.76, 9.95, 20.28, 40.95, 145.9, 291.8];
const writes = [4.95, 6.29, 6.67, 7.04, 9.52, 11.23, 22.67, 48.19, 98.29, 184.57, 625.0, 1250.0];
const perTerm = 0.2;
const perPatchOperation = 0.4;
export const smallestCharge = 1;

const interpolate = (bytes: number, points: readonly number[]): number => {
  const kb = Math.min(Math.max(bytes / 1024, 1), 2048);
  const above = sizesKb.findIndex((size) => size >= kb);
  if (above === 0) return points[0]!;
  const [fromKb, toKb] = [sizesKb[above - 1]!, sizesKb[above]!];
  const [from, to] = [points[above - 1]!, points[above]!];
  return from + ((to - from) * (kb - fromKb)) / (toKb - fromKb);
};

/** What the charge of an item depends on: its stored size and its indexed values. */
export interface Weight {
  bytes: number;
  terms: readonly string[];
}

export const readCharge = (bytes: number): number => interpolate(bytes, reads);

export const createCharge = ({ bytes, terms }: Weight): number => interpolate(bytes, writes) + perTerm * terms.length;

export const deleteCharge = createCharge;

export const replaceCharge = (before: Weight, after: Weight): number =>
  interpolate(before.bytes, writes) +
  interpolate(after.bytes, writes) +
  perTerm * (countMissing(before.terms, after.terms) + countMissing(after.terms, before.terms));

export const patchCharge = (before: Weight, after: Weight, operations: number): number =>
  replaceCharge(before, after) + perPatchOperation * operations;

export const queryCharge = (ranges: number, work: { itemsExamined: number; bytesLoaded: number }): number =>
  2.3 * ranges + 0.02 * work.itemsExamined + 0.25 * (work.bytesLoaded / 1024);

const countMissing = (terms: readonly string[], others: readonly string[]): number => {
  const left = new Map<string, number>();
  for (const term of others) left.set(term, (left.get(term) ?? 0) + 1);
  let missing = 0;
  for (const term of terms) {
    const count = left.get(term) ?? 0;
    if (count === 0) missing += 1;
    else left.set(term, count - 1);
  }
  return missing;
};

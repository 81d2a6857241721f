/** The next so many; what is left can be taken later, which `take` of an iterator rules out by closing it. */
export const takeNext = function* <T>(source: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken += 1) {
    const next = source.next();
    if (next.done === true) return;
    yield next.value;
  }
};

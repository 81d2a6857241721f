/** Which units a bootstrap draws, for all figures the same: so figures can be subtracted, resample by resample. */
export interface Resamples {
  count: number;
  /** How often each unit of the kind was drawn. */
  drawn: (resample: number, kind: number) => Uint8Array;
}

/** From each kind, as many units as it has, with replacement. `random` gives numbers from 0 up to 1. */
export const drawResamples = (sizes: readonly number[], random: () => number, count = 1000): Resamples => {
  const drawn = Array.from({ length: count }, () => sizes.map((size) => drawWithReplacement(size, random)));
  return {
    count,
    drawn: (resample, kind) => {
      const times = drawn[resample]?.[kind];
      if (times === undefined) throw new RangeError(`There is no resample ${resample} of kind ${kind}.`);
      return times;
    },
  };
};

const drawWithReplacement = (size: number, random: () => number): Uint8Array => {
  const times = new Uint8Array(size);
  for (let draw = 0; draw < size; draw += 1) {
    const unit = Math.floor(random() * size);
    times[unit] = (times[unit] ?? 0) + 1;
  }
  return times;
};

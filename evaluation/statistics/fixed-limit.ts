/** The limits of a rule that is not tuned, as shipped for instance: the same in each resample. */
export const fixedLimit = (limit: number, count = 1000): Float64Array => new Float64Array(count).fill(limit);

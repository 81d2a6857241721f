import fc from 'fast-check';

// The same cases in every run: a failure can be repeated, and what passed keeps passing.
fc.configureGlobal({ seed: 20_260_301 });

export { fc };

/** Lists up to the longest that is asked for: by itself fast-check keeps to short ones. */
export const listOf = <Value>(
  value: fc.Arbitrary<Value>,
  minLength: number,
  maxLength: number,
): fc.Arbitrary<Value[]> => fc.array(value, { minLength, maxLength, size: 'max' });

/** xoshiro128** 1.1 of Blackman and Vigna (https://prng.di.unimi.it/xoshiro128starstar.c): whole numbers below 2^32. */
export const makeXoshiro128 = (...[seed0, seed1, seed2, seed3]: [number, number, number, number]): (() => number) => {
  let [s0, s1, s2, s3] = [seed0, seed1, seed2, seed3];
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    return result;
  };
};

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

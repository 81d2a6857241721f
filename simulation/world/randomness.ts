import type { Random } from '../../evaluation/random.ts';
import type { Randomness } from '../../shared/application/ports.ts';

/** Ids and random bytes that follow from the seed. */
export const makeRandomness = (random: Random): Randomness => {
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random.whole(0, 255));
  return {
    bytes,
    uuid: () => {
      const hex = Buffer.from(bytes(16)).toString('hex');
      // Version 4, variant 1 (RFC 9562).
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
};

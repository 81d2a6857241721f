import type { Randomness } from '../../shared/application/ports.ts';

/** Counts instead of drawing: every id differs, and every run has the same. */
export const countedRandomness = (): Randomness => {
  let drawn = 0;
  return {
    uuid: () => {
      drawn += 1;
      return uuidOf(drawn);
    },
    bytes: (count) => {
      drawn += 1;
      const bytes = Buffer.alloc(count);
      bytes.writeUInt32BE(drawn, count - 4);
      return new Uint8Array(bytes);
    },
  };
};

export const uuidOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

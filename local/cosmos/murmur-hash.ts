// MurmurHash3 x64-128 with seed 0, by Austin Appleby (public domain), over 64-bit words as BigInt.

const mask = (1n << 64n) - 1n;
const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

const multiply = (a: bigint, b: bigint): bigint => (a * b) & mask;
const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & mask;
const mixFirst = (k: bigint): bigint => multiply(rotate(multiply(k, c1), 31n), c2);
const mixSecond = (k: bigint): bigint => multiply(rotate(multiply(k, c2), 33n), c1);

const finish = (hash: bigint): bigint => {
  let h = hash ^ (hash >> 33n);
  h = multiply(h, 0xff51afd7ed558ccdn);
  h ^= h >> 33n;
  h = multiply(h, 0xc4ceb9fe1a85ec53n);
  return h ^ (h >> 33n);
};

/** Up to eight bytes as a little-endian number. */
const word = (bytes: Buffer): bigint => {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
};

export const murmurHash128 = (bytes: Buffer): { h1: bigint; h2: bigint } => {
  let h1 = 0n;
  let h2 = 0n;
  const blocksEnd = bytes.length - (bytes.length % 16);
  for (let at = 0; at < blocksEnd; at += 16) {
    h1 = (rotate(h1 ^ mixFirst(bytes.readBigUInt64LE(at)), 27n) + h2) & mask;
    h1 = (h1 * 5n + 0x52dce729n) & mask;
    h2 = (rotate(h2 ^ mixSecond(bytes.readBigUInt64LE(at + 8)), 31n) + h1) & mask;
    h2 = (h2 * 5n + 0x38495ab5n) & mask;
  }
  const tail = bytes.subarray(blocksEnd);
  if (tail.length > 8) h2 ^= mixSecond(word(tail.subarray(8)));
  if (tail.length > 0) h1 ^= mixFirst(word(tail.subarray(0, 8)));
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  h1 = finish(h1);
  h2 = finish(h2);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  return { h1, h2 };
};

// Chance without state: each number is a hash of the seed and of what it is for. So the same seed gives the same
// sessions and decisions whatever else happens in between, also across a crash and a restart.

import { createHash } from 'node:crypto';

export interface Draws {
  /** A number from 0 up to 1. */
  fraction(...purpose: Purpose): number;
  uuid(...purpose: Purpose): string;
  /** 64 upper-case hex digits. */
  hex(...purpose: Purpose): string;
  /** 43 characters of URL-safe base64. */
  text(...purpose: Purpose): string;
}

type Purpose = [name: string, ...numbers: number[]];

export const makeDraws = (seed: number): Draws => {
  if (!Number.isSafeInteger(seed)) throw new RangeError('The seed must be a whole number.');
  const hash = (purpose: Purpose): Buffer =>
    createHash('sha256')
      .update(JSON.stringify([seed, ...purpose]))
      .digest();
  return {
    fraction: (...purpose) => hash(purpose).readUInt32BE() / 2 ** 32,
    uuid: (...purpose) => asUuid(hash(purpose)),
    hex: (...purpose) => hash(purpose).toString('hex').toUpperCase(),
    text: (...purpose) => hash(purpose).toString('base64url'),
  };
};

const asUuid = (bytes: Buffer): string => {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40; // version 4
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

import { createHash, createHmac } from 'node:crypto';
import type { Pseudonyms, Sha256Hex } from '../application/ports.ts';

export const sha256Hex: Sha256Hex = (text) => createHash('sha256').update(text).digest('hex');

const SHA256_BYTES = 32;
/** As many as a GUID has: a history may hold hundreds of device keys, and they are most of its size. */
const DEVICE_KEY_BYTES = 16;

/**
 * HMAC-SHA-256 under a secret key, so that whoever has a list of people cannot try them. Kind and customer are part of
 * what is hashed: one device at two customers has two keys that nobody can link. The key's version stands in front.
 */
export const makePseudonyms = (key: { version: number; secret: Buffer }): Pseudonyms => {
  const keyed = (kind: string, owner: string, value: string, bytes = SHA256_BYTES): string => {
    const digest = createHmac('sha256', key.secret)
      .update(JSON.stringify([kind, owner, value]))
      .digest();
    return `${key.version}.${digest.subarray(0, bytes).toString('base64url')}`;
  };
  return {
    endUserKey: (customerId, endUserRef) => keyed('end-user', customerId, endUserRef),
    deviceKey: (customerId, deviceId) => keyed('device', customerId, deviceId, DEVICE_KEY_BYTES),
    requestKey: (clientKey, text) => keyed('request', clientKey, text),
  };
};

import { createHash, createHmac } from 'node:crypto';
import type { Pseudonyms, Sha256Hex } from '../application/ports.ts';

export const sha256Hex: Sha256Hex = (text) => createHash('sha256').update(text).digest('hex');

/**
 * HMAC-SHA-256 under a secret key, so that whoever has a list of people cannot try them. Kind and customer are part of
 * what is hashed: one device at two customers has two keys that nobody can link. The key's version stands in front.
 */
export const makePseudonyms = (key: { version: number; secret: Buffer }): Pseudonyms => {
  const keyed = (kind: string, owner: string, value: string): string => {
    const digest = createHmac('sha256', key.secret)
      .update(JSON.stringify([kind, owner, value]))
      .digest('base64url');
    return `${key.version}.${digest}`;
  };
  return {
    endUserKey: (customerId, endUserRef) => keyed('end-user', customerId, endUserRef),
    deviceKey: (customerId, deviceId) => keyed('device', customerId, deviceId),
    requestKey: (clientKey, text) => keyed('request', clientKey, text),
  };
};

// Where a partition key value lies between "" and "FF". Clients compute it too, so it follows the service bit for bit
// (version 2 of the hash).

import { murmurHash128 } from './murmur-hash.ts';
import type { PartitionKeyValue } from './partition-key.ts';

const encode = (value: PartitionKeyValue): Buffer => {
  if (value === undefined) return Buffer.from([0x00]);
  if (value === null) return Buffer.from([0x01]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0x03 : 0x02]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0x05;
    bytes.writeDoubleLE(value, 1);
    return bytes;
  }
  return Buffer.concat([Buffer.from([0x08]), Buffer.from(value, 'utf8'), Buffer.from([0xff])]);
};

export const effectivePartitionKey = (value: PartitionKeyValue): string => {
  const { h1, h2 } = murmurHash128(encode(value));
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(h2, 0);
  bytes.writeBigUInt64BE(h1, 8);
  bytes[0]! &= 0x3f;
  return bytes.toString('hex').toUpperCase();
};

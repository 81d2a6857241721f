// Each container is cut into the same number of ranges of the effective partition key, gapless from "" to "FF".

import type { JsonObject } from './json.ts';

export interface PartitionRange {
  id: string;
  min: string;
  max: string;
}

export const partitionRanges = (count: number): PartitionRange[] =>
  Array.from({ length: count }, (_, i) => ({ id: String(i), min: bound(i, count), max: bound(i + 1, count) }));

const bound = (index: number, count: number): string => {
  if (index === 0) return '';
  if (index === count) return 'FF';
  const firstByte = Math.floor((0x40 * index) / count);
  return firstByte.toString(16).toUpperCase().padStart(2, '0').padEnd(32, '0');
};

export const rangeOf = (ranges: readonly PartitionRange[], epk: string): PartitionRange =>
  ranges.find(({ min, max }) => min <= epk && epk < max)!;

export const rangeDocument = (range: PartitionRange, count: number, rid: string, timestamp: number): JsonObject => ({
  _rid: rid,
  id: range.id,
  _etag: '"00000000-0000-0000-0000-000000000000"',
  minInclusive: range.min,
  maxExclusive: range.max,
  ridPrefix: Number(range.id),
  _self: '',
  throughputFraction: 1 / count,
  status: 'online',
  parents: [],
  _ts: timestamp,
});

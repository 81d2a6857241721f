import type { Interval } from '../statistics/interval.ts';
import {
  formatChanceInterval,
  formatCount,
  formatDuration,
  formatLimit,
  formatPerTenThousand,
  formatShareInterval,
} from './formats.ts';
import { type Column, markdownTable } from './markdown-table.ts';

export interface ComparisonRow {
  name: string;
  limit: number;
  /** Share of honest ids flagged at this limit. */
  honestRate: number;
  flaggedWithinTen: Interval;
  breach: Interval;
  acceptedSpoofs: number;
  /** In the order of the kinds that the table names; Infinity for never. */
  medianTries: readonly number[];
  medianTriesOverAll: number;
  p95TriesOverAll: number;
  medianTimeToFlagMs: number;
}

const left = (heading: string): Column => ({ heading, align: 'left' });
const right = (heading: string): Column => ({ heading, align: 'right' });

/** Detectors one below the other, at limits that flag about as many honest ids. */
export const comparisonTable = (
  passChance: number,
  kindsOfMedians: readonly string[],
  rows: readonly ComparisonRow[],
): string =>
  markdownTable(
    [
      left('Detector'),
      right('limit'),
      right('honest per 10,000'),
      right('within 10 tries'),
      right(`breach at p = ${passChance}`),
      right('tries that pass'),
      right(`median tries: ${kindsOfMedians.join(' / ')}`),
      right('all: median / p95'),
      right('median time'),
    ],
    rows.map((row) => [
      row.name,
      formatLimit(row.limit),
      formatPerTenThousand(row.honestRate),
      formatShareInterval(row.flaggedWithinTen),
      formatChanceInterval(row.breach),
      row.acceptedSpoofs.toFixed(2),
      row.medianTries.map(formatCount).join(' / '),
      `${formatCount(row.medianTriesOverAll)} / ${formatCount(row.p95TriesOverAll)}`,
      formatDuration(row.medianTimeToFlagMs),
    ]),
  );

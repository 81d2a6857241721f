import { comparisonTable } from '../../../evaluation/report/comparison-table.ts';
import {
  formatChance,
  formatChanceInterval,
  formatCount,
  formatDuration,
  formatLimit,
  formatPerTenThousand,
  formatShare,
  formatShareInterval,
} from '../../../evaluation/report/formats.ts';
import { honestGroupsTable } from '../../../evaluation/report/honest-groups-table.ts';
import { markdownTable } from '../../../evaluation/report/markdown-table.ts';

describe('numbers', () => {
  it.each([
    { text: formatShare(0.948), expected: '94.8 %' },
    { text: formatShare(0), expected: '0.0 %' },
    { text: formatShareInterval({ estimate: 0.948, low: 0.9394, high: 1 }), expected: '94.8 % [93.9, 100.0]' },
    { text: formatChance(0.1416), expected: '0.142' },
    { text: formatChanceInterval({ estimate: 0.142, low: 0.14, high: 0.144 }), expected: '0.142 [0.140, 0.144]' },
    { text: formatPerTenThousand(0.0002), expected: '2.0' },
    { text: formatCount(4), expected: '4' },
    { text: formatCount(1_234_567), expected: '1,234,567' },
    { text: formatCount(Infinity), expected: 'never' },
    { text: formatDuration(0), expected: '0 s' },
    { text: formatDuration(119_000), expected: '119 s' },
    { text: formatDuration(12 * 60_000), expected: '12 min' },
    { text: formatDuration(5 * 3_600_000), expected: '5.0 h' },
    { text: formatDuration(77 * 3_600_000), expected: '3.2 days' },
    { text: formatDuration(Infinity), expected: 'never' },
    { text: formatLimit(10), expected: '10' },
    { text: formatLimit(5.298317), expected: '5.30' },
    { text: formatLimit(5.000001), expected: '> 5' },
  ])('are written as $expected', ({ text, expected }) => {
    expect(text).toBe(expected);
  });
});

describe('a table', () => {
  const columns = [
    { heading: 'Rule', align: 'left' },
    { heading: 'n', align: 'right' },
  ] as const;

  it('is aligned, numbers on the right', () => {
    const table = markdownTable(columns, [
      ['NIST', '10'],
      ['a longer name', '1,000'],
    ]);

    expect(table).toBe(
      [
        '| Rule          |     n |',
        '| ------------- | ----: |',
        '| NIST          |    10 |',
        '| a longer name | 1,000 |',
        '',
      ].join('\n'),
    );
  });

  it('keeps a bar or a line break within its cell', () => {
    const table = markdownTable(columns, [['either | or\nboth', '1']]);

    expect(table.split('\n')[2]).toBe('| either \\| or both |   1 |');
  });

  it('counts characters as a reader does', () => {
    const [heading = '', rule = ''] = markdownTable([{ heading: '🙂🙂🙂🙂', align: 'left' }], []).split('\n');

    expect(Array.from(heading)).toHaveLength(rule.length);
  });

  it('refuses a row with a cell too few', () => {
    expect(() => markdownTable(columns, [['NIST']])).toThrow('1 cells, the table has 2 columns');
  });
});

describe('the tables of the report', () => {
  it('compares detectors', () => {
    const table = comparisonTable(
      0.03,
      ['fast', 'slow'],
      [
        {
          name: 'failures in 24 h',
          limit: 6.000001,
          honestRate: 0.00093,
          flaggedWithinTen: { estimate: 0.694, low: 0.689, high: 0.697 },
          breach: { estimate: 0.326, low: 0.32, high: 0.33 },
          acceptedSpoofs: 0.41,
          medianTries: [9, Infinity],
          medianTriesOverAll: 9,
          p95TriesOverAll: Infinity,
          medianTimeToFlagMs: 14 * 60_000,
        },
      ],
    );

    const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells[0]?.slice(4, 8)).toEqual([
      'within 10 tries',
      'breach at p = 0.03',
      'tries that pass',
      'median tries: fast / slow',
    ]);
    expect(cells[2]?.slice(1, -1)).toEqual([
      'failures in 24 h',
      '> 6',
      '9.3',
      '69.4 % [68.9, 69.7]',
      '0.326 [0.320, 0.330]',
      '0.41',
      '9 / never',
      '9 / never',
      '14 min',
    ]);
  });

  it('names each group of honest people', () => {
    const table = honestGroupsTable([
      {
        group: 'weak-camera',
        ids: 16_000,
        flagged: { estimate: 0.0013, low: 0.0009, high: 0.0019 },
        paused: { estimate: 0, low: 0, high: 0.0002 },
      },
    ]);

    expect(table.split('\n')[2]).toBe('| weak-camera  | 16,000 |   13.0 [9.0, 19.0] |    0.0 [0.0, 2.0] |');
  });
});

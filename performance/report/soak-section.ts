import { atMost, type Figure } from '../../evaluation/bench/figure.ts';
import { figuresTable } from '../../evaluation/bench/figures-table.ts';
import { markdownTable } from '../../evaluation/report/markdown-table.ts';
import type { Soak } from '../soak/soak.ts';
import { megabytes, milliseconds, whole } from './numbers.ts';
import type { Section } from './section.ts';

/** Somebody waits for a token, a subscriber for the event. */
const LOCKS = { tokenP95Ms: 1000, recordedP95Ms: 5000, slopeMegabytesPerMinute: 3 };

export const soakSection = (soak: Soak, measuredOn: string): Section => {
  const figures = soakFigures(soak);
  const markdown = [
    `Measured on ${measuredOn}; ${soak.minutes} minutes at ${soak.rate} sessions a second.`,
    figuresTable(figures),
    latencyTable(soak),
    ...memoryTable(soak),
    ...complaintsTable(soak),
  ].join('\n\n');
  return { name: 'soak', markdown, figures };
};

const soakFigures = (soak: Soak): Figure[] => {
  const count = (measure: string, value: number, bound: object = {}): Figure => ({
    measure,
    value,
    unit: '',
    digits: 0,
    ...bound,
  });
  const slope = (soak.memory?.slopeBytesPerMinute ?? 0) / 2 ** 20;
  return [
    count('sessions asked for', soak.asked),
    count('tokens issued', soak.issued),
    count('refused, or told to wait', soak.refused, atMost(0)),
    count('answered 503', soak.busy, atMost(0)),
    count('failed', soak.failed, atMost(0)),
    count('attempts made', soak.attempts),
    count('attempts dropped', soak.dropped, atMost(0)),
    count('counted twice', soak.doubleCounted, atMost(0)),
    { measure: 'token, p95', value: soak.tokenMs.p95, unit: 'ms', digits: 0, ...atMost(LOCKS.tokenP95Ms) },
    {
      measure: 'attempt to event, p95',
      value: soak.recordedMs.p95,
      unit: 'ms',
      digits: 0,
      ...atMost(LOCKS.recordedP95Ms),
    },
    ...(soak.memory === undefined
      ? []
      : [
          {
            measure: 'growth of memory, second half',
            value: slope,
            unit: 'MB a minute',
            digits: 2,
            ...atMost(LOCKS.slopeMegabytesPerMinute),
          },
        ]),
  ];
};

const latencyTable = ({ tokenMs, recordedMs }: Soak): string =>
  markdownTable(
    [
      { heading: 'Time', align: 'left' },
      { heading: 'p50', align: 'right' },
      { heading: 'p95', align: 'right' },
      { heading: 'p99', align: 'right' },
    ],
    [
      ['from the moment a person comes to the token', tokenMs],
      ['from the last attempt to the published event', recordedMs],
    ].map(([what, latency]) => {
      const { p50, p95, p99 } = latency as Soak['tokenMs'];
      return [what as string, milliseconds(p50), milliseconds(p95), milliseconds(p99)];
    }),
  );

const memoryTable = ({ memory }: Soak): string[] =>
  memory === undefined
    ? ['Memory of another process cannot be read on this system.']
    : [
        markdownTable(
          [
            { heading: 'Memory of the host with the app', align: 'left' },
            { heading: 'RSS', align: 'right' },
          ],
          [
            ['at the start', megabytes(memory.startBytes)],
            ['in the middle', megabytes(memory.midBytes)],
            ['at the end', megabytes(memory.endBytes)],
          ],
        ),
      ];

const complaintsTable = ({ complaints }: Soak): string[] =>
  Object.keys(complaints).length === 0
    ? []
    : [
        markdownTable(
          [
            { heading: 'Warnings and errors', align: 'left' },
            { heading: 'Times', align: 'right' },
          ],
          Object.entries(complaints).map(([what, times]) => [what, whole(times)]),
        ),
      ];

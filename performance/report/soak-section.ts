import { atMost, type Figure } from '../../evaluation/bench/figure.ts';
import { figuresTable } from '../../evaluation/bench/figures-table.ts';
import { markdownTable } from '../../evaluation/report/markdown-table.ts';
import type { Soak } from '../soak/soak.ts';
import { ifQuiet } from './if-quiet.ts';
import { megabytes, milliseconds, whole } from './numbers.ts';
import type { Section } from './section.ts';
import { measuredOn, type Surroundings } from '../machine/machine.ts';

/**
 * Somebody waits for a token, a subscriber for the event. Memory goes up and down with the collector, so its bounds are
 * that it does not go on growing, and that it fits into the smallest instance of the platform.
 */
const BOUNDS = { tokenP95Ms: 1000, recordedP95Ms: 5000, endToMiddle: 1.5, peakMegabytes: 512 };

export const soakSection = (soak: Soak, surroundings: Surroundings): Section => {
  const figures = soakFigures(soak, surroundings.otherWork);
  const markdown = [
    `${measuredOn(surroundings)}; ${soak.minutes} minutes at ${soak.rate} sessions a second.`,
    figuresTable(figures),
    latencyTable(soak),
    ...memoryTable(soak),
    ...complaintsTable(soak),
  ].join('\n\n');
  return { name: 'soak', markdown, figures };
};

const soakFigures = (soak: Soak, otherWork: number | undefined): Figure[] => {
  const count = (measure: string, value: number, bound: object = {}): Figure => ({
    measure,
    value,
    unit: '',
    digits: 0,
    ...bound,
  });
  const time = (measure: string, value: number, most: number): Figure => ({
    measure,
    value,
    unit: 'ms',
    digits: 0,
    ...ifQuiet(otherWork, atMost(most)),
  });
  return [
    count('sessions asked for', soak.asked),
    count('tokens issued', soak.issued),
    count('refused, or told to wait', soak.refused, atMost(0)),
    count('answered 503', soak.busy, ifQuiet(otherWork, atMost(0))),
    count('failed', soak.failed, atMost(0)),
    count('attempts made, warm-up included', soak.attempts),
    count('attempts dropped', soak.dropped, atMost(0)),
    count('counted twice', soak.countedTwice, atMost(0)),
    count('sessions without their event', soak.unpublished, atMost(0)),
    time('token, p95', soak.tokenMs.p95, BOUNDS.tokenP95Ms),
    time('attempt to event, p95', soak.recordedMs.p95, BOUNDS.recordedP95Ms),
    ...memoryFigures(soak.memory),
  ];
};

const memoryFigures = (memory: Soak['memory']): Figure[] =>
  memory === undefined
    ? []
    : [
        {
          measure: 'memory, peak',
          value: memory.peakBytes / 2 ** 20,
          unit: 'MB',
          digits: 0,
          ...atMost(BOUNDS.peakMegabytes),
        },
        {
          measure: 'memory, end to middle',
          value: memory.endBytes / memory.midBytes,
          unit: '',
          digits: 2,
          ...atMost(BOUNDS.endToMiddle),
        },
      ];

const latencyTable = ({ tokenMs, recordedMs }: Soak): string =>
  markdownTable(
    [
      { heading: 'Time', align: 'left' },
      { heading: 'p50', align: 'right' },
      { heading: 'p95', align: 'right' },
      { heading: 'p99', align: 'right' },
    ],
    [
      { what: 'from the moment a person comes to the token', latency: tokenMs },
      { what: 'from the last attempt to the published event', latency: recordedMs },
    ].map(({ what, latency: { p50, p95, p99 } }) => [what, milliseconds(p50), milliseconds(p95), milliseconds(p99)]),
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
            ['growth a minute, second half', megabytes(memory.slopeBytesPerMinute)],
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

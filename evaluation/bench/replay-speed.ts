// The real command on a file, against reading the same lines and parsing them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { atLeast, atMost, type Figure } from './figure.ts';
import { runMeasured } from './run-measured.ts';
import { writeEvents } from './write-events.ts';

/** Specification, section 8; a core gives a second of processor time a second. */
const EVENTS_PER_CPU_SECOND = 80_000;
const MOST_BYTES = 4 * 2 ** 30;

const root = join(import.meta.dirname, '../..');
/** As `npm run replay` starts it. */
const [, ...replayOptions] = packageJson.scripts.replay.split(' ');
const replayCommand = join(root, replayOptions.pop() ?? '');
const plainWay = join(import.meta.dirname, 'parse-lines.ts');

export const measureReplay = async ({
  seed,
  atLeastEvents,
}: {
  seed: number;
  atLeastEvents: number;
}): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-replay-'));
  try {
    const input = join(folder, 'events.ndjson');
    const events = writeEvents(input, atLeastEvents, seed);
    const plain = await runMeasured(plainWay, [input]);
    const replay = await runMeasured(
      replayCommand,
      ['--input', input, '--output', join(folder, 'flags.ndjson')],
      replayOptions,
    );
    const whole = { digits: 0 };
    return [
      { measure: 'events in the file, repeated ones not counted', value: events, unit: '', ...whole },
      {
        measure: 'events a second of processor time, all threads, start of Node included',
        value: events / replay.cpuSeconds,
        unit: '',
        ...whole,
        ...atLeast(EVENTS_PER_CPU_SECOND),
      },
      { measure: 'events a second as it passed', value: events / replay.elapsedSeconds, unit: '', ...whole },
      { measure: 'the same, lines only read and parsed', value: events / plain.elapsedSeconds, unit: '', ...whole },
      {
        measure: 'ratio, processor time of the replay to that of only reading and parsing',
        value: replay.cpuSeconds / plain.cpuSeconds,
        unit: '',
        digits: 1,
      },
      {
        measure: 'memory at most',
        value: replay.peakBytes / 2 ** 20,
        unit: 'MiB',
        ...whole,
        ...atMost(MOST_BYTES / 2 ** 20),
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

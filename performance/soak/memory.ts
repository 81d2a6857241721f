// How the memory of a process went while it was watched.

import { processUsage } from '../machine/process-usage.ts';

export interface MemorySample {
  minutes: number;
  bytes: number;
}

export interface Memory {
  startBytes: number;
  midBytes: number;
  endBytes: number;
  peakBytes: number;
  /** By least squares over the second half, when what is loaded once has been loaded. */
  slopeBytesPerMinute: number;
}

const LOOK_EVERY_MS = 1000;

export const watchMemory = (pid: number | undefined): { end(): Memory | undefined } => {
  const startedMs = performance.now();
  const samples: MemorySample[] = [];
  const look = (): void => {
    const usage = processUsage(pid);
    if (usage === undefined) return;
    samples.push({ minutes: (performance.now() - startedMs) / 60_000, bytes: usage.rssBytes });
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return samples.length < 2 ? undefined : memoryOf(samples);
    },
  };
};

export const memoryOf = (samples: readonly MemorySample[]): Memory => {
  const middle = Math.floor(samples.length / 2);
  return {
    startBytes: samples[0]?.bytes ?? 0,
    midBytes: samples[middle]?.bytes ?? 0,
    endBytes: samples.at(-1)?.bytes ?? 0,
    peakBytes: Math.max(...samples.map(({ bytes }) => bytes)),
    slopeBytesPerMinute: slopeOf(samples.slice(middle)),
  };
};

const slopeOf = (samples: readonly MemorySample[]): number => {
  const meanMinutes = meanOf(samples.map(({ minutes }) => minutes));
  const meanBytes = meanOf(samples.map(({ bytes }) => bytes));
  const spread = samples.reduce((sum, { minutes }) => sum + (minutes - meanMinutes) ** 2, 0);
  if (spread === 0) return 0;
  return samples.reduce((sum, { minutes, bytes }) => sum + (minutes - meanMinutes) * (bytes - meanBytes), 0) / spread;
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

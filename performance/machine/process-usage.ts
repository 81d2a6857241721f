import { existsSync, readFileSync } from 'node:fs';

export interface ProcessUsage {
  rssBytes: number;
  cpuSeconds: number;
}

/** Ticks of the kernel's clock: 100 a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** Of another process; undefined where there is no /proc. */
export const processUsage = (pid: number | undefined): ProcessUsage | undefined => {
  const directory = `/proc/${pid ?? 0}`;
  if (!existsSync(directory)) return undefined;
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`${directory}/status`, 'utf8'))?.[1];
  const stat = readFileSync(`${directory}/stat`, 'utf8');
  // The name of the program stands in parentheses and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  return { rssBytes: Number(kilobytes) * 1024, cpuSeconds: ticks / TICKS_PER_SECOND };
};

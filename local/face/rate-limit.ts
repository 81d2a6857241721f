import type { Clock } from '../clock.ts';

/** Says whether one more call fits into the last second; a refused call does not count. 0 means no limit. */
export const makeRateLimit = (callsPerSecond: number, clock: Clock): (() => boolean) => {
  const calls: number[] = [];
  return () => {
    if (callsPerSecond === 0) return true;
    const now = clock.now().getTime();
    while (calls[0] !== undefined && calls[0] <= now - 1000) calls.shift();
    if (calls.length >= callsPerSecond) return false;
    calls.push(now);
    return true;
  };
};

import type { VirtualTime } from '../engine/virtual-time.ts';
import type { Fault } from './fault.ts';
import type { FaultyWeather } from './weather-of.ts';

/** All clocks leap ahead together, the cloud's included. */
export const jumpClocks = (parts: {
  faults: readonly Fault[];
  time: VirtualTime;
  weather: FaultyWeather;
  say: (line: string) => void;
}): void => {
  const { faults, time, weather, say } = parts;
  for (const fault of faults) {
    if (fault.kind !== 'clock-jump') continue;
    time.after(fault.atSecond * 1000, () => {
      if (!weather.canStrike(fault)) return;
      weather.hit(fault.kind);
      time.jump(fault.bySeconds * 1000);
      say(`all clocks jump ahead by ${fault.bySeconds} s`);
    });
  }
};

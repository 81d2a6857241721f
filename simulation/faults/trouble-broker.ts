// Has the broker do what it does wrong in a run, so that its client's own repetition is exercised.

import type { FaultAction, FaultShorthand } from '../../local/service-bus/faults.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { SimulatedCloud } from '../world/local-cloud.ts';
import type { Fault } from './fault.ts';
import type { FaultyWeather } from './weather-of.ts';

const ACTIONS: Record<(Fault & { kind: 'broker-trouble' })['what'], FaultAction | FaultShorthand> = {
  cut: 'cut',
  detach: 'detach',
  'server-busy': 'server-busy',
  unsettled: { kind: 'drop-settlement', applied: true },
};

/** The answer ends it. */
export const troubleBroker = (parts: {
  faults: readonly Fault[];
  cloud: Pick<SimulatedCloud, 'serviceBus' | 'cutConnections'>;
  time: VirtualTime;
  weather: FaultyWeather;
  say: (line: string) => void;
}): (() => void) => {
  const { faults, cloud, time, weather, say } = parts;
  const ends: (() => void)[] = [];
  for (const fault of faults) {
    if (fault.kind === 'broker-trouble') {
      const action = cloud.serviceBus.faults.add({ on: 'send', after: fault.send - 1, do: ACTIONS[fault.what] });
      ends.push(() => {
        if (action.hits > 0) weather.hit(fault.kind);
        action.remove();
      });
    }
    if (fault.kind === 'cut-connections') {
      const cancel = time.after(1000 * fault.atSecond, () => {
        weather.hit(fault.kind);
        say('all connections to the broker break');
        cloud.cutConnections();
      });
      ends.push(cancel);
    }
  }
  return () => ends.forEach((end) => end());
};

import type { Clock } from '../../clock.ts';
import type { Faults } from '../faults.ts';

export interface Totals {
  sends: number;
  deliveries: number;
  settlements: number;
}

/** What every link of the broker shares. */
export interface BrokerContext {
  clock: Clock;
  faults: Faults;
  totals: Totals;
  newMessageId: () => string;
  newLockToken: () => string;
}

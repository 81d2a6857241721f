import type { Clock } from '../../clock.ts';
import type { Journal } from './journal.ts';

/** What entities need of the world; a test gives its own. */
export interface EntityPorts {
  clock: Clock;
  journal: Journal;
  newLockToken(): string;
  newMessageKey(): number;
}

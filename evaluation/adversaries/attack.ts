import type { OutcomeRates } from '../population/outcome-rates.ts';
import type { Attacker } from './attacker.ts';

export interface Attack {
  /** In kebab-case, as the file is called. */
  kind: string;
  /** How tries fail on average, if not as usual; `real` is 0. */
  failures?: OutcomeRates;
  /** A live face of another person: what is uncertain is a mismatch. */
  impostor?: true;
  play: (attacker: Attacker) => void;
}

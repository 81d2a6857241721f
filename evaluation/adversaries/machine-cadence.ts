import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** Of the time between two starts: a script is more regular than a hand. */
export const CADENCE_SIGMA = 0.04;

/** A script that starts a session every so many seconds. */
export const machineCadence: Attack = {
  kind: 'machine-cadence',
  play: (attacker) => {
    const { random } = attacker;
    const everyMs = random.between(60 * MS_PER_SECOND, 1200 * MS_PER_SECOND);
    let atMs = attacker.startOf(2);
    while (attacker.goesOn) {
      attacker.attack(attacker.client(), atMs, { tries: 1 });
      atMs += random.logNormal(everyMs, CADENCE_SIGMA);
    }
  },
};

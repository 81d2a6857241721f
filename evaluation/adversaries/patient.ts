import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';
import { PERIOD_DAYS, PERIOD_START_MS } from '../period.ts';
import type { Attack } from './attack.ts';

/** One try a day, each behind one to three passes of his own. */
export const patient: Attack = {
  kind: 'patient',
  play: (attacker) => {
    const { random } = attacker;
    for (let day = 0; day < PERIOD_DAYS && attacker.goesOn; day += 1) {
      let atMs = PERIOD_START_MS + day * MS_PER_DAY + random.between(0, 12 * MS_PER_HOUR);
      for (let passes = random.whole(1, 3); passes > 0; passes -= 1) {
        atMs = attacker.showOwnFace(attacker.client(), atMs);
        atMs += random.between(120 * MS_PER_SECOND, 3 * MS_PER_HOUR);
      }
      attacker.attack(attacker.client(), atMs, { tries: 1 });
    }
  },
};

import { MS_PER_DAY } from '../../shared/domain/time.ts';
import { PERIOD_DAYS, PERIOD_START_MS } from '../period.ts';
import type { Attack } from './attack.ts';

export const MOST_TRIES_A_DAY = 3;

/** One id, one to three tries a day, hours apart: below every limit that counts within a day. */
export const slowDrip: Attack = {
  kind: 'slow-drip',
  play: (attacker) => {
    const { random } = attacker;
    const triesADay = random.whole(1, MOST_TRIES_A_DAY);
    const slotMs = MS_PER_DAY / triesADay;
    for (let slot = 0; slot < PERIOD_DAYS * triesADay && attacker.goesOn; slot += 1) {
      // The end of each slot stays quiet, which keeps the tries of two slots hours apart.
      const atMs = PERIOD_START_MS + (slot + random.between(0, 0.6)) * slotMs;
      attacker.attack(attacker.client(), atMs, { tries: 1 });
    }
  },
};

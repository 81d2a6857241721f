import { MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

const PAUSE_CHANCE = 0.2;

/** Dark, blurred or covered on purpose: seldom labelled as a spoof, often not decided at all. */
export const lowQualityProbing: Attack = {
  kind: 'low-quality-probing',
  failures: { real: 0, spoof: 0.14, uncertain: 0.46, technical: 0.4 },
  play: (attacker) => {
    const { random } = attacker;
    let atMs = attacker.startOf(8);
    while (attacker.goesOn) {
      atMs = attacker.attack(attacker.client(), atMs, { tries: random.whole(1, 3) });
      atMs += random.happens(PAUSE_CHANCE)
        ? random.logNormal(6 * MS_PER_HOUR, 0.5)
        : random.logNormal(90 * MS_PER_SECOND, 0.6);
    }
  },
};

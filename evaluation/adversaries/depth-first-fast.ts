import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** One id, one device, session after session until it works. */
export const depthFirstFast: Attack = {
  kind: 'depth-first-fast',
  play: (attacker) => {
    const { random } = attacker;
    let atMs = attacker.startOf(1);
    while (attacker.goesOn) {
      atMs = attacker.attack(attacker.client(), atMs, { tries: random.whole(1, 3) });
      atMs += random.logNormal(40 * MS_PER_SECOND, 0.6);
    }
  },
};

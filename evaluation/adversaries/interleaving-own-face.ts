import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** Washes the history: passes with his own face, tries once or twice, passes again. */
export const interleavingOwnFace: Attack = {
  kind: 'interleaving-own-face',
  play: (attacker) => {
    const { random } = attacker;
    const pauseMs = MS_PER_DAY / random.whole(3, 24);
    const pause = (): number => random.logNormal(60 * MS_PER_SECOND, 0.6);
    let atMs = attacker.startOf(20);
    while (attacker.goesOn) {
      atMs = attacker.showOwnFace(attacker.client(), atMs) + pause();
      atMs = attacker.attack(attacker.client(), atMs, { tries: random.whole(1, 2) });
      atMs += random.logNormal(pauseMs, 0.3);
    }
  },
};

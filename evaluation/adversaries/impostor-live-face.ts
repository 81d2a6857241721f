import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** Somebody else, alive, against the reference image of the id's owner: never a spoof. */
export const impostorLiveFace: Attack = {
  kind: 'impostor-live-face',
  failures: { real: 0, spoof: 0, uncertain: 0.89, technical: 0.11 },
  impostor: true,
  play: (attacker) => {
    const { random } = attacker;
    let atMs = attacker.startOf(1);
    while (attacker.goesOn) {
      atMs = attacker.attack(attacker.client(), atMs, { tries: random.whole(1, 2) });
      atMs += random.logNormal(120 * MS_PER_SECOND, 0.8);
    }
  },
};

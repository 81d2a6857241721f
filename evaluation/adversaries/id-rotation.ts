import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** A new id after every few tries, on one device or a few. */
export const idRotation: Attack = {
  kind: 'id-rotation',
  play: (attacker) => {
    const { random } = attacker;
    const devices = random.oneOf([1, 1, 1, 2, 3]);
    let atMs = attacker.startOf(3);
    for (let id = 1; attacker.goesOn; id += 1) {
      atMs = attacker.attack(attacker.client(id, random.whole(1, devices)), atMs, { tries: random.whole(1, 3) });
      atMs += random.logNormal(300 * MS_PER_SECOND, 0.8);
    }
  },
};

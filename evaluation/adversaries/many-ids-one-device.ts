import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** A stock of ids, used in turn on one device, so that each looks little used. */
export const manyIdsOneDevice: Attack = {
  kind: 'many-ids-one-device',
  play: (attacker) => {
    const { random } = attacker;
    const ids = random.whole(8, 20);
    let atMs = attacker.startOf(3);
    for (let turn = 0; attacker.goesOn; turn += 1) {
      atMs = attacker.attack(attacker.client(1 + (turn % ids)), atMs, { tries: random.whole(1, 2) });
      atMs += random.logNormal(600 * MS_PER_SECOND, 1);
    }
  },
};

import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** Many fresh ids, each on a device of its own and with one try: nothing that belongs to one id tells. */
export const breadthFirst: Attack = {
  kind: 'breadth-first',
  play: (attacker) => {
    let atMs = attacker.startOf(3);
    for (let id = 1; attacker.goesOn; id += 1) {
      atMs = attacker.attack(attacker.client(id, id), atMs, { tries: 1 });
      atMs += attacker.random.logNormal(300 * MS_PER_SECOND, 1);
    }
  },
};

import { MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** Asks for many tokens, uses a few of them and lets the others expire. */
export const tokenHoarding: Attack = {
  kind: 'token-hoarding',
  play: (attacker) => {
    const { random } = attacker;
    let atMs = attacker.startOf(15);
    while (attacker.goesOn) {
      const hoard = Array.from({ length: random.whole(15, 25) }, () => {
        atMs += random.between(3 * MS_PER_SECOND, 15 * MS_PER_SECOND);
        return attacker.ask(attacker.client(), atMs);
      });
      for (const session of hoard.splice(-random.whole(3, 5))) {
        atMs = attacker.tryIn(session, { tries: random.whole(1, 2), fromMs: atMs });
      }
      for (const session of hoard) attacker.letExpire(session);
      atMs += random.between(6 * MS_PER_HOUR, 24 * MS_PER_HOUR);
    }
  },
};

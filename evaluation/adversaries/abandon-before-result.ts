import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

const LEAVES_SHARE = 0.5;

/** Looks at the preview, and deletes the session before anything is judged when it looks bad. */
export const abandonBeforeResult: Attack = {
  kind: 'abandon-before-result',
  play: (attacker) => {
    const { random, writer } = attacker;
    let atMs = attacker.startOf(2);
    while (attacker.goesOn) {
      const session = attacker.ask(attacker.client(), atMs);
      if (random.happens(LEAVES_SHARE)) {
        atMs += random.between(15 * MS_PER_SECOND, 90 * MS_PER_SECOND);
        writer.abandon(session, atMs);
      } else {
        atMs = attacker.tryIn(session, { tries: random.whole(1, 2) });
      }
      atMs += random.logNormal(120 * MS_PER_SECOND, 0.8);
    }
  },
};

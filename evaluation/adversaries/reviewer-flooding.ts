import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

/** Throw-away ids, each tried until it must be flagged: the aim is to bury the reviewers in cases. */
export const reviewerFlooding: Attack = {
  kind: 'reviewer-flooding',
  play: (attacker) => {
    const { random } = attacker;
    const devices = random.oneOf([1, 1, 2, 3]);
    let atMs = attacker.startOf(2);
    for (let id = 1; attacker.goesOn; id += 1) {
      const device = random.whole(1, devices);
      for (let sessions = random.whole(3, 5); sessions > 0; sessions -= 1) {
        atMs = attacker.attack(attacker.client(id, device), atMs, { tries: random.whole(1, 2) });
        atMs += random.logNormal(30 * MS_PER_SECOND, 0.5);
      }
    }
  },
};

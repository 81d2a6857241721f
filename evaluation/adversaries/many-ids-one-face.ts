import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Attack } from './attack.ts';

const FOUND_SHARE = 0.9;
const REMEMBERED_IDS = 3;

/** The same face under ever new ids, each on a device of its own: only face matching can join them. */
export const manyIdsOneFace: Attack = {
  kind: 'many-ids-one-face',
  play: (attacker) => {
    const { random } = attacker;
    const earlierSessions: string[] = [];
    let atMs = attacker.startOf(5);
    for (let id = 1; attacker.goesOn; id += 1) {
      const session = attacker.ask(attacker.client(id, id), atMs);
      atMs = attacker.tryIn(session, {
        tries: random.whole(1, 3),
        faceMatches: () =>
          earlierSessions
            .slice(-REMEMBERED_IDS)
            .filter(() => random.happens(FOUND_SHARE))
            .map((sessionId) => ({ sessionId, attemptId: 1 })),
      });
      earlierSessions.push(session.sessionId);
      atMs += random.logNormal(900 * MS_PER_SECOND, 0.8);
    }
  },
};

// Those who should be stopped although none of their ids does much: many ids, on one device or each on its own.

import type { PresentationBody } from '../face/presentation.ts';
import { attackEnd } from './attack-end.ts';
import { inMinutes, MINUTE_MS } from './moments.ts';
import type { Person, Script } from './person.ts';

const IDS_OF_FARM = 30;
const IDS_AT_ONCE = 5;
const IDS_OF_WAVE = 48;
const WAVE_AT_ONCE = 8;

/**
 * One device and thirty ids: with each a poor picture first, then prints and masks, as often as one token permits. First
 * checks that are spoofs would open the incident of the wave at this customer too.
 */
export const deviceFarm = async function* (person: Person): Script {
  for (let number = 1; number <= IDS_OF_FARM; number += 1) {
    const answer = await person.askForToken({ endUserRef: `${person.fields.endUserRef}-${number}` });
    if (answer.kind === 'issued') {
      await person.tryOnce(answer.token, { media: 'mask', quality: 'poor', outcome: 'uncertain' });
      for (const media of ['print', 'mask'] as const) {
        await person.tryOnce(answer.token, { media, ...attackEnd(person.chance) });
      }
      await person.complete(answer.token);
    }
    if (number % IDS_AT_ONCE === 0) yield Date.now() + person.chance.pauseMs(2 * MINUTE_MS, 12 * MINUTE_MS);
  }
};

/**
 * Breadth first: many fresh ids, each on a fresh device, with one try each, so that there is nothing to see in any of
 * them. The last ones ask again when the wave is known: they have had their one try.
 */
export const breadthFirstWave = async function* (person: Person): Script {
  for (let first = 1; first <= IDS_OF_WAVE; first += WAVE_AT_ONCE) {
    // Drawn before they act side by side.
    const tries = Array.from({ length: WAVE_AT_ONCE }, (_, index) => ({
      ...idOfWave(person, first + index),
      end: attackEnd(person.chance),
    }));
    await Promise.all(tries.map(({ end, ...id }) => tryOf(person, id, end)));
    yield Date.now() + person.chance.pauseMs(1.5 * MINUTE_MS, 3 * MINUTE_MS);
  }
  yield inMinutes(15);
  const last = Array.from({ length: WAVE_AT_ONCE }, (_, index) => idOfWave(person, IDS_OF_WAVE - index));
  await Promise.all(last.map((id) => person.askForToken(id)));
};

interface IdOfWave {
  endUserRef: string;
  deviceId: string;
}

const idOfWave = ({ fields: { endUserRef, deviceId = '' } }: Person, number: number): IdOfWave => ({
  endUserRef: `${endUserRef}-${number}`,
  deviceId: `${deviceId}-${number}`,
});

const tryOf = (person: Person, id: IdOfWave, end: Pick<PresentationBody, 'outcome' | 'error'>) =>
  person.askAndTry({ media: 'screen', ...end }, id);

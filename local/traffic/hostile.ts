// Those who should be stopped. Each goes on until it is refused for good, or the day is over.

import type { PresentationBody } from '../face/presentation.ts';
import { makeVerifyImage } from '../face/verify-image.ts';
import type { TokenAnswer } from './api-client.ts';
import type { Chance } from './chance.ts';
import { HOUR_MS, inMinutes, isLate, slotAtOrAfter } from './moments.ts';
import type { Person, Script } from './person.ts';

const BRUTE_FORCE_PAUSE_MS = 20_000;
const TOKENS_GRABBED_AT_ONCE = 12;
const MOST_ROUNDS = 40;

/** Prints, one after the other, some seconds apart. */
export const bruteForcer = async function* (person: Person): Script {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const answer = await person.askForToken();
    if (answer.kind === 'refused') return;
    if (answer.kind === 'issued') {
      const played = await person.tryOnce(answer.token, { media: 'print', ...attackEnd(person.chance) });
      await person.completeAfter(answer.token, played);
    }
    yield Math.max(Date.now() + BRUTE_FORCE_PAUSE_MS, retryAtMs(answer));
  }
};

/** One try with a mask every two hours, below every limit that looks at minutes. */
export const slowDripper = async function* (person: Person): Script {
  for (;;) {
    const answer = await person.askForToken();
    if (answer.kind === 'refused') return;
    if (answer.kind === 'issued') {
      const played = await person.tryOnce(answer.token, { media: 'mask', ...attackEnd(person.chance) });
      await person.completeAfter(answer.token, played);
    }
    const next = slotAtOrAfter(Date.now() + 2 * HOUR_MS);
    if (isLate(next)) return;
    yield next;
  }
};

/** Takes as many tokens as there are, and uses none. */
export const tokenHoarder = async function* (person: Person): Script {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (let asked = 0; asked < 3; asked += 1) {
      const answer = await person.askForToken();
      if (answer.kind === 'refused') return;
    }
    const next = inMinutes(12);
    if (isLate(next)) return;
    yield next;
  }
};

/** A live face, but not the one on the reference image. */
export const impostor = async function* (person: Person): Script {
  const verifyImage = makeVerifyImage(`victim-of-${person.name}`);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const answer = await person.askForToken({ verifyImage });
    if (answer.kind === 'refused') return;
    if (answer.kind === 'issued') {
      const played = await person.tryOnce(answer.token, { media: 'live', outcome: 'real' });
      await person.completeAfter(answer.token, played);
    }
    const next = slotAtOrAfter(Math.max(Date.now() + 1, retryAtMs(answer)));
    if (isLate(next)) return;
    yield next;
  }
};

/** Many requests at once, in the hope that more tokens come than are permitted; what comes is used up side by side. */
export const tokenGrabber = async function* (person: Person): Script {
  for (let round = 0; round < 2; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: TOKENS_GRABBED_AT_ONCE }, () => person.askForToken({ patient: false })),
    );
    const tokens = answers.flatMap((answer) => (answer.kind === 'issued' ? [answer.token] : []));
    await Promise.all(
      tokens.map(async (token) => {
        for (let tries = 0; tries < 3; tries += 1) {
          await person.tryOnce(token, { media: 'screen', ...attackEnd(person.chance) });
        }
      }),
    );
    await Promise.all(tokens.map((token) => person.complete(token)));
    yield inMinutes(30);
  }
};

/** No try passes on this day, so that what is counted does not depend on luck. */
const attackEnd = (chance: Chance): Pick<PresentationBody, 'outcome' | 'error'> => {
  const fraction = chance.fraction();
  if (fraction < 0.74) return { outcome: 'spoof' };
  return fraction < 0.89 ? { outcome: 'uncertain' } : { error: 'FaceTrackingFailed' };
};

const retryAtMs = (answer: TokenAnswer): number => (answer.kind === 'wait' ? answer.retryAt.getTime() : -Infinity);

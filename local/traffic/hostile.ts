// Those who should be stopped. Each goes on until it is refused for good, or the day is over.

import { makeVerifyImage } from '../face/verify-image.ts';
import type { TokenAnswer } from './api-client.ts';
import { attackEnd } from './attack-end.ts';
import { HOUR_MS, inMinutes, isLate, MINUTE_MS, SECOND_MS, slotAtOrAfter } from './moments.ts';
import type { Person, Script } from './person.ts';

const TOKENS_GRABBED_AT_ONCE = 12;
const MOST_ROUNDS = 40;

/** Prints, one after the other, some seconds apart. */
export const bruteForcer = async function* (person: Person): Script {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const answer = await person.askAndTry({ media: 'print', ...attackEnd(person.chance) });
    if (answer.kind === 'refused') return;
    yield afterPause(person, answer, 10 * SECOND_MS, MINUTE_MS);
  }
};

/** The same under the id of somebody who has passed on a phone of her own. */
export const stranger = bruteForcer;

/** One try with a mask every two hours or so, below every limit that looks at minutes. */
export const slowDripper = async function* (person: Person): Script {
  for (;;) {
    const answer = await person.askAndTry({ media: 'mask', ...attackEnd(person.chance) });
    if (answer.kind === 'refused') return;
    const next = slotAtOrAfter(Date.now() + person.chance.pauseMs(1.5 * HOUR_MS, 2.5 * HOUR_MS));
    if (isLate(next)) return;
    yield next;
  }
};

/** A script that runs every ten minutes. Its pictures are too poor to be called an attack, but for the first. */
export const clockwork = async function* (person: Person): Script {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const end = round === 0 ? ({ outcome: 'spoof' } as const) : ({ error: 'ExcessiveImageBlurDetected' } as const);
    const answer = await person.askAndTry({ media: 'screen', quality: 'poor', ...end });
    if (answer.kind === 'refused') return;
    yield inMinutes(9);
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
    const answer = await person.askAndTry({ media: 'live', outcome: 'real' }, { verifyImage });
    if (answer.kind === 'refused') return;
    const next = afterPause(person, answer, 2 * MINUTE_MS, 25 * MINUTE_MS);
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

const afterPause = ({ chance }: Person, answer: TokenAnswer, shortestMs: number, longestMs: number): number =>
  Math.max(Date.now() + chance.pauseMs(shortestMs, longestMs), retryAtMs(answer));

const retryAtMs = (answer: TokenAnswer): number => (answer.kind === 'wait' ? answer.retryAt.getTime() : -Infinity);

// How people behave. Each goes on until the time is up, whatever happens to them.

import type { Random } from '../../evaluation/random.ts';
import type { ClientApp, Issued, Person, Shown } from './client-app.ts';
import type { Stage } from './stage.ts';

interface Acting {
  app: ClientApp;
  stage: Stage;
  random: Random;
  person: Person;
}

export type Behaviour = (acting: Acting) => Promise<void>;

const goesOn = ({ stage }: Acting): boolean => stage.time.nowMs < stage.untilMs;

const pause = ({ stage, random }: Acting, leastSeconds: number, mostSeconds: number): Promise<void> =>
  stage.time.sleep(1000 * stage.tempo * random.between(leastSeconds, mostSeconds));

const tryWith = async (acting: Acting, token: Issued, shown: Shown): Promise<string | undefined> => {
  await pause(acting, 1, 6);
  const played = await acting.app.attempt(acting.person, token, shown);
  return played.kind === 'played' ? played.digest : undefined;
};

/** Waits as long as it is told, within reason; true when asking again makes sense. */
const askAgain = async (acting: Acting, until: Date | undefined): Promise<boolean> => {
  const waitMs = until === undefined ? 1000 * acting.random.between(1, 15) : until.getTime() - acting.stage.time.nowMs;
  if (acting.stage.time.nowMs + waitMs > acting.stage.untilMs) return false;
  await acting.stage.time.sleep(Math.max(0, waitMs) + acting.random.between(0, 3000));
  return true;
};

/** A token, after as many questions as it takes. */
const getToken = async (acting: Acting, idempotencyKey?: string): Promise<Issued | undefined> => {
  while (goesOn(acting)) {
    const decision = await acting.app.askForToken(
      acting.person,
      idempotencyKey === undefined ? {} : { idempotencyKey },
    );
    if (decision?.kind === 'issued') return decision;
    const until = decision !== undefined && 'until' in decision ? decision.until : undefined;
    if (decision?.kind === 'session-in-progress') return undefined;
    if (!(await askAgain(acting, until))) return undefined;
  }
  return undefined;
};

/** Passes mostly; a bad picture now and then. Completes, and tells the digest. */
const honest: Behaviour = async (acting) => {
  const { random, app, person } = acting;
  for (let checks = random.whole(1, 3); checks > 0 && goesOn(acting); checks -= 1) {
    const token = await getToken(acting);
    if (token === undefined) return;
    let digest: string | undefined;
    for (let tries = 0; tries < token.attemptsAllowed; tries += 1) {
      const shown = random.oneOf<Shown>(['real', 'real', 'real', 'uncertain', 'no face']);
      digest = await tryWith(acting, token, shown);
      if (shown === 'real') break;
    }
    await pause(acting, 0, 3);
    await app.complete(person, token, digest === undefined ? {} : { digest });
    await pause(acting, 5, 60);
  }
};

/** Passes every time. */
const flawless: Behaviour = async (acting) => {
  while (goesOn(acting)) {
    const token = await getToken(acting);
    if (token === undefined) return;
    const digest = await tryWith(acting, token, 'real');
    await acting.app.complete(acting.person, token, digest === undefined ? {} : { digest });
    await pause(acting, 10, 60);
  }
};

/** Several at once with a picture, all tries of each token, some reported and some not. */
const bruteForce: Behaviour = async (acting) => {
  const { random, app, person } = acting;
  while (goesOn(acting)) {
    const atOnce = random.whole(1, 4);
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        const token = await app.askForToken(person);
        if (token?.kind !== 'issued') return;
        const tries = random.whole(0, token.attemptsAllowed);
        for (let number = 0; number < tries; number += 1) {
          await tryWith(acting, token, random.oneOf<Shown>(['spoof', 'spoof', 'uncertain']));
        }
        if (random.happens(0.5)) await app.complete(person, token);
        // A try after the report: the token must be worth nothing any more.
        if (random.happens(0.3)) await tryWith(acting, token, 'spoof');
      }),
    );
    await pause(acting, 1, 20);
  }
};

/** Twice at once, in bad light: nothing passes, and nothing looks like an attack. */
const inBadLight: Behaviour = async (acting) => {
  const { app, person } = acting;
  while (goesOn(acting)) {
    const tokens = await Promise.all([app.askForToken(person), app.askForToken(person)]);
    const issued = tokens.filter((token) => token?.kind === 'issued');
    await Promise.all(
      issued.map(async (token) => {
        for (let tries = 0; tries < token.attemptsAllowed; tries += 1) await tryWith(acting, token, 'uncertain');
        await app.complete(person, token);
      }),
    );
    await pause(acting, 5, 30);
  }
};

/** Asks for more at once, while what was tried is still being counted. */
const impatient: Behaviour = async (acting) => {
  const { random, app, person } = acting;
  while (goesOn(acting)) {
    const tokens = await Promise.all([app.askForToken(person), app.askForToken(person)]);
    const issued = tokens.filter((token) => token?.kind === 'issued');
    await Promise.all(
      issued.map(async (token) => {
        for (let tries = 0; tries < token.attemptsAllowed; tries += 1) await tryWith(acting, token, 'spoof');
        await app.complete(person, token);
      }),
    );
    await pause(acting, 0, 1.5);
    for (let more = random.whole(2, 8); more > 0; more -= 1) {
      void app.askForToken(person);
      await acting.stage.time.sleep(random.between(50, 500));
    }
    await pause(acting, 5, 30);
  }
};

/** Says that it has ended, and goes on trying with the token meanwhile and afterwards. */
const stubborn: Behaviour = async (acting) => {
  const { random, app, person } = acting;
  while (goesOn(acting)) {
    const token = await getToken(acting);
    if (token === undefined) return;
    const ended = random.happens(0.5)
      ? app.giveUp(person, token)
      : app.complete(person, token, { error: 'CameraPermissionDenied' });
    for (let tries = 0; tries < 6; tries += 1) {
      await acting.stage.time.sleep(random.between(200, 2000));
      await app.attempt(person, token, 'uncertain');
    }
    await ended;
    await pause(acting, 5, 40);
  }
};

/** Takes tokens and uses none of them. */
const hoarder: Behaviour = async (acting) => {
  while (goesOn(acting)) {
    await acting.app.askForToken(acting.person);
    await pause(acting, 5, 40);
  }
};

/** Tries and never comes back to report. */
const silent: Behaviour = async (acting) => {
  const token = await getToken(acting);
  if (token === undefined) return;
  const tries = acting.random.whole(1, token.attemptsAllowed);
  for (let number = 0; number < tries; number += 1) {
    await tryWith(acting, token, acting.random.oneOf<Shown>(['real', 'spoof', 'uncertain', 'no face']));
  }
};

/** Begins, thinks better of it, and says so: sometimes after a try, with the device's own error, or in both ways at once. */
const hesitant: Behaviour = async (acting) => {
  const { random, app, person } = acting;
  while (goesOn(acting)) {
    const token = await getToken(acting);
    if (token === undefined) return;
    if (random.happens(0.5)) await tryWith(acting, token, random.oneOf<Shown>(['uncertain', 'real', 'no face']));
    const fails = (): Promise<void> => app.complete(person, token, { error: 'CameraPermissionDenied' });
    const givesUp = (): Promise<void> => app.giveUp(person, token);
    const ways = random.oneOf([[fails], [givesUp], [givesUp], [fails, givesUp]]);
    await Promise.all(ways.map((way) => way()));
    await pause(acting, 5, 60);
  }
};

/** Asks for each token several times under one key, at once and later, and completes twice at once. */
const repeater: Behaviour = async (acting) => {
  const { random, app, person } = acting;
  for (let number = 1; goesOn(acting); number += 1) {
    const idempotencyKey = `${person.ref} ${number}`;
    const first = getToken(acting, idempotencyKey);
    if (random.happens(0.5)) await app.askForToken(person, { idempotencyKey });
    const token = await first;
    if (token !== undefined && random.happens(0.5)) {
      await tryWith(acting, token, 'real');
      if (random.happens(0.5)) await Promise.all([app.complete(person, token), app.complete(person, token)]);
    }
    await pause(acting, 2, 20);
    await app.askForToken(person, { idempotencyKey });
    await pause(acting, 5, 40);
  }
};

/** A forged result: the digest that the client tells is not the one that Face has. */
const forger: Behaviour = async (acting) => {
  const token = await getToken(acting);
  if (token === undefined) return;
  await tryWith(acting, token, 'real');
  await acting.app.complete(acting.person, token, { digest: 'F0F0' });
};

export const behaviours = {
  honest,
  flawless,
  bruteForce,
  inBadLight,
  impatient,
  stubborn,
  hoarder,
  silent,
  hesitant,
  repeater,
  forger,
};

// Honest people: most pass at once; bad light and old phones make some try again, and some give up.

import type { PlayedAttempt } from '../face/device.ts';
import { makeVerifyImage } from '../face/verify-image.ts';
import type { IssuedToken } from './api-client.ts';
import type { Chance } from './chance.ts';
import { liveEnd, type Rates } from './live-end.ts';
import { inMinutes, isLate, MINUTE_MS, slotAtOrAfter } from './moments.ts';
import type { Person, Script } from './person.ts';

export const typicalRates: Rates = { real: 0.895, spoof: 0.012, uncertain: 0.028, technical: 0.065 };

/** Shares of all honest people; shares and rates are the ones that the detection is evaluated with. */
const groups: readonly { share: number; rates: Rates }[] = [
  { share: 0.84, rates: typicalRates },
  { share: 0.08, rates: { real: 0.62, spoof: 0.033, uncertain: 0.115, technical: 0.232 } }, // weak camera
  { share: 0.07, rates: { real: 0.63, spoof: 0.02, uncertain: 0.105, technical: 0.245 } }, // struggling
  { share: 0.01, rates: { real: 0.74, spoof: 0.1, uncertain: 0.09, technical: 0.07 } }, // often taken for a spoof
];

const POOR_LIGHT = { share: 0.07, failureOdds: 5 };
const UNUSED_TOKEN = 0.1;
const NO_CAMERA_PERMISSION = 0.3;
const TRIES_AGAIN_IN_SESSION = 0.75;
const GOES_ON_AFTER_FAILURE = 0.84;
const NEVER_REPORTS = 0.08;
const SECOND_NEED = 0.5;
const VERIFY_SHARE = 0.3;
const MOST_SESSIONS_FOR_ONE_NEED = 5;
const LONGEST_PATIENCE_MS = 40 * MINUTE_MS;

export const honestScript = async function* (person: Person): Script {
  const { chance } = person;
  const usual = groupOf(chance.fraction()).rates;
  const verifyImage = chance.happens(VERIFY_SHARE) ? makeVerifyImage(person.name) : undefined;

  yield* need(person, lightToday(usual, chance), verifyImage);
  if (!chance.happens(SECOND_NEED)) return;
  const later = inMinutes(90 + chance.whole(480));
  if (isLate(later)) return;
  yield later;
  yield* need(person, lightToday(usual, chance), verifyImage);
};

/** Something for which a check is asked, until it has passed or the person has had enough. */
const need = async function* (person: Person, rates: Rates, verifyImage: Buffer | undefined): Script {
  for (let sessions = 0; sessions < MOST_SESSIONS_FOR_ONE_NEED; sessions += 1) {
    const answer = await person.askForToken(verifyImage === undefined ? {} : { verifyImage });
    switch (answer.kind) {
      case 'refused':
      case 'busy':
        return;
      case 'wait': {
        const goOnAt = slotAtOrAfter(answer.retryAt.getTime());
        if (goOnAt - Date.now() > LONGEST_PATIENCE_MS || isLate(goOnAt)) return;
        yield goOnAt;
        continue;
      }
      case 'issued':
    }
    if (await useToken(person, answer.token, rates)) return;
    if (!person.chance.happens(GOES_ON_AFTER_FAILURE)) return;
    const again = inMinutes(1 + person.chance.whole(8));
    if (isLate(again)) return;
    yield again;
  }
};

/** Whether the need is satisfied. */
const useToken = async (person: Person, token: IssuedToken, rates: Rates): Promise<boolean> => {
  const { chance } = person;
  if (chance.happens(UNUSED_TOKEN)) {
    if (chance.happens(NO_CAMERA_PERMISSION)) await person.complete(token, { clientError: 'CameraPermissionDenied' });
    return false;
  }
  const { played, isReal } = await tryUntilDecided(person, token, rates);
  // An app that was closed, a connection that broke: the service collects the result by itself.
  if (chance.happens(NEVER_REPORTS)) return isReal;
  return (await person.completeAfter(token, played))?.decision === 'passed';
};

/** The client knows when a try ended in an error, and may try again with the same token. */
const tryUntilDecided = async (
  person: Person,
  token: IssuedToken,
  rates: Rates,
): Promise<{ played: PlayedAttempt; isReal: boolean }> => {
  for (;;) {
    const end = liveEnd(rates, person.chance);
    const played = await person.tryOnce(token, { media: 'live', ...end });
    const mayTryAgain = played.kind === 'played' && played.errorCode !== undefined && played.attemptId < 3;
    if (!mayTryAgain || !person.chance.happens(TRIES_AGAIN_IN_SESSION)) {
      return { played, isReal: 'outcome' in end && end.outcome === 'real' };
    }
  }
};

const groupOf = (fraction: number): (typeof groups)[number] => {
  let left = fraction;
  return groups.find(({ share }) => (left -= share) < 0) ?? groups[0]!;
};

const lightToday = (rates: Rates, chance: Chance): Rates => {
  if (!chance.happens(POOR_LIGHT.share)) return rates;
  const failing = 1 - rates.real;
  const odds = (failing / rates.real) * POOR_LIGHT.failureOdds;
  const worse = odds / (1 + odds) / failing;
  return {
    real: 1 - failing * worse,
    spoof: rates.spoof * worse,
    uncertain: rates.uncertain * worse,
    technical: rates.technical * worse,
  };
};

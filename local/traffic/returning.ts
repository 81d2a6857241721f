// People who pass on the eve and come again on the day. Each is one person; what happens to them together tells of an
// app, of a customer, or of a stranger.

import type { TokenAnswer } from './api-client.ts';
import { FAILING_VERSION } from './app-versions.ts';
import { typicalRates } from './honest.ts';
import { liveEnd, type Rates } from './live-end.ts';
import { atHour, DAY_MS, inMinutes, MINUTE_MS } from './moments.ts';
import type { Person, Script, TokenRequest } from './person.ts';

/** What a new version of the app brought: hardly any picture is good enough. */
const FAILING: Rates = { real: 0.2, spoof: 0, uncertain: 0.2, technical: 0.6 };
const ALWAYS_REAL: Rates = { real: 1, spoof: 0, uncertain: 0, technical: 0 };
const TRIES_ONCE_MORE = 0.5;

/** Comes again a day later. */
export const regular = async function* (person: Person): Script {
  yield* pass(person);
  await check(person, typicalRates);
};

/** Has updated the app meanwhile. Some try once more. */
export const onFailingVersion = async function* (person: Person): Script {
  yield* pass(person);
  await check(person, FAILING, { appVersion: FAILING_VERSION });
  if (!person.chance.happens(TRIES_ONCE_MORE)) return;
  yield inMinutes(5);
  await check(person, FAILING, { appVersion: FAILING_VERSION });
};

/** The customer's server makes up another reference for each session, so each of them looks like somebody new. */
export const underNewIdEachTime = async function* (person: Person): Script {
  const { endUserRef } = person.fields;
  await check(person, typicalRates, { endUserRef: `${endUserRef}-1` });
  yield aDayLater();
  await check(person, typicalRates, { endUserRef: `${endUserRef}-2` });
};

/** Has passed on her own phone, and needs it again and again while a stranger tries under her id. */
export const victim = async function* (person: Person): Script {
  yield* pass(person);
  await check(person, ALWAYS_REAL);
  for (const hour of [10 + 1 / 60, 10 + 2 / 60, 10.5, 13, 18]) {
    yield atHour(hour);
    await check(person, ALWAYS_REAL);
  }
};

const pass = async function* (person: Person): Script {
  await check(person, ALWAYS_REAL);
  yield aDayLater();
};

const check = (person: Person, rates: Rates, request: TokenRequest = {}): Promise<TokenAnswer> =>
  person.askAndTry({ media: 'live', ...liveEnd(rates, person.chance) }, request);

/** Of many who come at one moment, all come again at one. */
const aDayLater = (): number => inMinutes(DAY_MS / MINUTE_MS);

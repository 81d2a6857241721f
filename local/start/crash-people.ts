// Who is in the middle of what when the app is killed, and what they do when it is back. Each person has one device, and
// one session but for those who grab more; half of them come back, the others never do.

import * as z from 'zod';
import { playAttempt, type AttemptToPlay, type PlayedAttempt } from '../face/device.ts';
import { ApiClient } from '../traffic/api-client.ts';
import type { CrashRequests } from './crash-requests.ts';

export type Part =
  /** Asks for a token. */
  | 'asks'
  /** Asks for many at once, uses up what comes with failures, and tells nobody: only the budget stops that. */
  | 'grabs'
  /** Has a token, and has not tried yet. */
  | 'holds'
  /** Has tried once, or three times, and has told nobody. */
  | 'tried'
  | 'tried-again'
  /** Says that the session is over, once or twice at the same time. */
  | 'completes'
  | 'completes-twice'
  /** Deletes the session: some before the first try, some after it. */
  | 'gives-up';

/** Ten people; the eleventh does what the first does. Those whose requests are cut are the more. */
const parts: readonly Part[] = [
  'grabs',
  'completes',
  'gives-up',
  'holds',
  'completes-twice',
  'asks',
  'tried',
  'completes',
  'tried-again',
  'asks',
];

type Shown = Pick<AttemptToPlay, 'media' | 'outcome' | 'error'>;

const real: Shown = { media: 'live', outcome: 'real' };
const noFace: Shown = { media: 'live', error: 'NoFaceDetected' };
const uncertain: Shown = { media: 'live', outcome: 'uncertain' };
const spoof: Shown = { media: 'print', outcome: 'spoof' };

/** Nobody's first try is a spoof: a crowd of those would be an incident, and the product goes on afterwards. */
const onceEach: readonly Shown[] = [real, noFace, real, uncertain];
const threeTimes: readonly Shown[] = [noFace, spoof, real];

/** Two judged failures with each token: all of these tokens together would be over the budget of the default policy. */
const TOKENS_GRABBED_AT_ONCE = 12;
const failures: readonly Shown[] = [noFace, uncertain, uncertain];

const tokenSchema = z.object({ sessionId: z.string(), authToken: z.string() });

export interface World {
  apiUrl: string;
  faceEndpoint: string;
  accessToken: () => Promise<string>;
  /** References and device ids carry it. */
  mark: string;
}

export class CrashPerson {
  readonly part: Part;
  readonly #comesBack: boolean;
  readonly #tries: readonly Shown[];
  readonly #fields: { endUserRef: string; deviceId: string };
  readonly #faceEndpoint: string;
  readonly #requests: CrashRequests;
  readonly #api: ApiClient;
  #token: z.output<typeof tokenSchema> | undefined;

  constructor(number: number, requests: CrashRequests, { apiUrl, faceEndpoint, accessToken, mark }: World) {
    const round = Math.floor(number / parts.length);
    this.part = parts[number % parts.length] ?? 'asks';
    this.#comesBack = (number + round) % 2 === 0;
    this.#tries = triesOf(this.part, round);
    this.#fields = { endUserRef: `${mark}-${number}`, deviceId: `${mark}-device-${number}` };
    this.#faceEndpoint = faceEndpoint;
    this.#requests = requests;
    this.#api = new ApiClient(apiUrl, accessToken);
  }

  /** Up to where the crash finds them; who asks for a token has nothing before. */
  async getReady(): Promise<void> {
    if (this.part === 'asks' || this.part === 'grabs') return;
    const answer = await this.#api.askForToken(this.#fields);
    if (answer.kind !== 'issued') throw new Error(`A person of the crash got no token: ${answer.kind}.`);
    this.#token = answer.token;
    for (const shown of this.#tries) await this.#play(shown);
  }

  /** The requests that the crash meets, or does not meet any more. */
  async act(): Promise<void> {
    const sessionId = this.#token?.sessionId ?? '';
    switch (this.part) {
      case 'asks': {
        const answer = await this.#requests.askForToken(this.#fields);
        if (answer?.status === 201) this.#token = tokenSchema.parse(answer.body);
        return;
      }
      case 'grabs':
        await this.#grab();
        return;
      case 'completes':
        await this.#requests.complete(sessionId);
        return;
      case 'completes-twice':
        await Promise.all([this.#requests.complete(sessionId), this.#requests.complete(sessionId)]);
        return;
      case 'gives-up':
        await this.#requests.delete(sessionId);
        return;
      case 'holds':
      case 'tried':
      case 'tried-again':
        return;
    }
  }

  /** Does again what was cut off, and goes on from there. */
  async comeBack(): Promise<void> {
    if (!this.#comesBack) return;
    if (this.part === 'gives-up') {
      await this.#requests.delete(this.#token?.sessionId ?? '');
      return;
    }
    if (this.part === 'grabs') {
      await this.#grab();
      return;
    }
    if (this.#token === undefined) {
      const answer = await this.#api.askForToken(this.#fields);
      if (answer.kind !== 'issued') return;
      this.#token = answer.token;
    }
    if (this.part === 'asks' || this.part === 'holds') await this.#play(real);
    await this.#api.complete(this.#token.sessionId, {});
  }

  async #grab(): Promise<void> {
    await Promise.all(Array.from({ length: TOKENS_GRABBED_AT_ONCE }, () => this.#useUpOne()));
  }

  async #useUpOne(): Promise<void> {
    const answer = await this.#requests.askForToken(this.#fields);
    if (answer?.status !== 201) return;
    const { authToken } = tokenSchema.parse(answer.body);
    for (const shown of failures) {
      // Refused: a verdict has ended the session.
      if ((await this.#playWith(authToken, shown)).kind === 'refused') return;
    }
  }

  async #play(shown: Shown): Promise<void> {
    const played = await this.#playWith(this.#token?.authToken ?? '', shown);
    if (played.kind === 'refused') throw new Error(`The Face service refused a try: ${played.status} ${played.code}.`);
  }

  #playWith(authToken: string, shown: Shown): Promise<PlayedAttempt> {
    return playAttempt({ endpoint: this.#faceEndpoint, authToken, person: this.#fields.endUserRef, ...shown });
  }
}

const triesOf = (part: Part, round: number): readonly Shown[] => {
  switch (part) {
    case 'asks':
    case 'grabs':
    case 'holds':
      return [];
    case 'tried':
    case 'completes':
      return [onceEach[round % onceEach.length] ?? real];
    case 'tried-again':
    case 'completes-twice':
      return threeTimes;
    case 'gives-up':
      return round % 2 === 0 ? [noFace] : [];
  }
};

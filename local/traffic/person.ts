// One person of the day: what they can do, and what they have done.

import { playAttempt, type PlayedAttempt } from '../face/device.ts';
import type { PresentationBody } from '../face/presentation.ts';
import type { ApiClient, Completion, IssuedToken, SessionFields, TokenAnswer } from './api-client.ts';
import type { Chance } from './chance.ts';

export type Scenario = 'honest' | 'brute-forcer' | 'slow-dripper' | 'token-hoarder' | 'impostor' | 'token-grabber';

/** What somebody does: each yield is the moment (epoch ms) at which it goes on. */
export type Script = AsyncGenerator<number, void>;

export interface PlayedTry {
  sessionId: string;
  attemptId: number;
  atMs: number;
}

interface Parts {
  name: string;
  scenario: Scenario;
  chance: Chance;
  fields: SessionFields;
  api: ApiClient;
  faceEndpoint: string;
}

export class Person {
  readonly name: string;
  readonly scenario: Scenario;
  readonly chance: Chance;
  readonly fields: SessionFields;
  readonly tries: PlayedTry[] = [];
  readonly tokensAtMs: number[] = [];
  readonly correlationIds = new Set<string>();
  readonly #api: ApiClient;
  readonly #faceEndpoint: string;

  constructor({ name, scenario, chance, fields, api, faceEndpoint }: Parts) {
    this.name = name;
    this.scenario = scenario;
    this.chance = chance;
    this.fields = fields;
    this.#api = api;
    this.#faceEndpoint = faceEndpoint;
  }

  async askForToken(
    options: { verifyImage?: Buffer; patient?: boolean; deviceId?: string } = {},
  ): Promise<TokenAnswer> {
    const { deviceId, ...rest } = options;
    const answer = await this.#api.askForToken({ ...this.fields, ...(deviceId !== undefined && { deviceId }) }, rest);
    if (answer.kind === 'issued') {
      this.tokensAtMs.push(Date.now());
      this.correlationIds.add(answer.token.correlationId);
    }
    return answer;
  }

  /** One try before the camera; who is seen is this person. */
  async tryOnce(token: IssuedToken, shown: Omit<PresentationBody, 'person'>): Promise<PlayedAttempt> {
    const played = await playAttempt({
      endpoint: this.#faceEndpoint,
      authToken: token.authToken,
      person: this.name,
      ...shown,
    });
    if (played.kind === 'played') {
      this.tries.push({ sessionId: token.sessionId, attemptId: played.attemptId, atMs: Date.now() });
    }
    return played;
  }

  complete(
    token: IssuedToken,
    report: { clientDigest?: string; clientError?: string } = {},
  ): Promise<Completion | undefined> {
    return this.#api.complete(token.sessionId, report);
  }

  /** Reports the digest that an honest client has seen. */
  completeAfter(token: IssuedToken, played: PlayedAttempt): Promise<Completion | undefined> {
    const digest = played.kind === 'played' ? played.digest : undefined;
    return this.complete(token, digest === undefined ? {} : { clientDigest: digest });
  }
}

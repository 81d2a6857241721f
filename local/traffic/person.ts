// One person of the day: what they can do, and what they have done.

import { playAttempt, type PlayedAttempt } from '../face/device.ts';
import type { PresentationBody } from '../face/presentation.ts';
import type { ApiClient, Completion, IssuedToken, SessionFields, TokenAnswer } from './api-client.ts';
import type { Chance } from './chance.ts';
import type { Scenario } from './scenario.ts';

/** What somebody does: each yield is the moment (epoch ms) at which it goes on. */
export type Script = AsyncGenerator<number, void>;

export interface PlayedTry {
  sessionId: string;
  attemptId: number;
  atMs: number;
}

/** What is asked for; the fields are those of the person but for what stands here. */
export interface TokenRequest extends Partial<SessionFields> {
  verifyImage?: Buffer;
  patient?: boolean;
}

interface Parts {
  name: string;
  scenario: Scenario;
  customerId: string;
  chance: Chance;
  fields: SessionFields;
  api: ApiClient;
  faceEndpoint: string;
}

export class Person {
  readonly name: string;
  readonly scenario: Scenario;
  readonly customerId: string;
  readonly chance: Chance;
  readonly fields: SessionFields;
  readonly tries: PlayedTry[] = [];
  readonly tokensAtMs: number[] = [];
  readonly correlationIds = new Set<string>();
  /** Codes of requests that got no token and were not told to wait. */
  readonly refusals: string[] = [];
  waits = 0;
  readonly #api: ApiClient;
  readonly #faceEndpoint: string;

  constructor({ name, scenario, customerId, chance, fields, api, faceEndpoint }: Parts) {
    this.name = name;
    this.scenario = scenario;
    this.customerId = customerId;
    this.chance = chance;
    this.fields = fields;
    this.#api = api;
    this.#faceEndpoint = faceEndpoint;
  }

  async askForToken({ verifyImage, patient, ...fields }: TokenRequest = {}): Promise<TokenAnswer> {
    const answer = await this.#api.askForToken(
      { ...this.fields, ...fields },
      { ...(verifyImage !== undefined && { verifyImage }), ...(patient !== undefined && { patient }) },
    );
    switch (answer.kind) {
      case 'issued':
        this.tokensAtMs.push(Date.now());
        this.correlationIds.add(answer.token.correlationId);
        break;
      case 'wait':
        this.waits += 1;
        break;
      case 'refused':
      case 'busy':
        this.refusals.push(answer.code);
    }
    return answer;
  }

  /** A token and, if there is one, one try with it whose end the client reports. */
  async askAndTry(shown: Omit<PresentationBody, 'person'>, request: TokenRequest = {}): Promise<TokenAnswer> {
    const answer = await this.askForToken(request);
    if (answer.kind === 'issued') {
      const played = await this.tryOnce(answer.token, shown);
      await this.completeAfter(answer.token, played);
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

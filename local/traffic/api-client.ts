// The server of a customer, as far as it talks to the API: asks for tokens on behalf of its users, and reports that they
// have finished.

import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';

export interface SessionFields {
  endUserRef: string;
  deviceId?: string;
  platform?: 'ios' | 'android' | 'web';
  appVersion?: string;
  sdkVersion?: string;
  clientIp?: string;
}

export type TokenAnswer =
  | { kind: 'issued'; token: IssuedToken }
  | { kind: 'wait'; retryAt: Date }
  | { kind: 'refused'; status: number; code: string; nextAction: string; retryAt?: Date; alternativePath?: string }
  /** Nothing was decided: too much at once. */
  | { kind: 'busy'; code: string };

export type IssuedToken = z.output<typeof issuedSchema>;

export type Completion = z.output<typeof completionSchema>;

const issuedSchema = z.object({
  sessionId: z.string(),
  correlationId: z.string(),
  authToken: z.string(),
  remainingAttempts: z.number(),
});

const problemSchema = z.object({
  code: z.string(),
  nextAction: z.string(),
  retryAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
  alternativePath: z.string().optional(),
});

const completionSchema = z.object({
  decision: z.enum(['passed', 'not-passed']),
  reason: z.string(),
  nextAction: z.string(),
  retryAt: z.string().optional(),
  remainingAttempts: z.number(),
});

const BUSY_TRIES = 20;
const NO_RESULT_YET_TRIES = 20;
const AGAIN_AFTER_MS = 250;

export class ApiClient {
  readonly #apiUrl: string;
  readonly #accessToken: () => Promise<string>;

  constructor(apiUrl: string, accessToken: () => Promise<string>) {
    this.#apiUrl = apiUrl;
    this.#accessToken = accessToken;
  }

  /** `patient`: asks again when the API is busy. */
  async askForToken(
    fields: SessionFields,
    { verifyImage, patient = true }: { verifyImage?: Buffer; patient?: boolean } = {},
  ): Promise<TokenAnswer> {
    for (let tries = 1; ; tries += 1) {
      const answer =
        verifyImage === undefined
          ? await this.#post('liveness-sessions', fields)
          : await this.#post('liveness-with-verify-sessions', formOf(fields, verifyImage));
      if (answer.status === 201) return { kind: 'issued', token: issuedSchema.parse(answer.body) };

      const { code, nextAction, retryAt, alternativePath } = problemSchema.parse(answer.body);
      if (answer.status === 503) {
        if (!patient || tries === BUSY_TRIES) return { kind: 'busy', code };
        await delay(AGAIN_AFTER_MS);
        continue;
      }
      if (code === 'wait' && retryAt !== undefined) return { kind: 'wait', retryAt };
      return {
        kind: 'refused',
        status: answer.status,
        code,
        nextAction,
        ...(retryAt !== undefined && { retryAt }),
        ...(alternativePath !== undefined && { alternativePath }),
      };
    }
  }

  /** Undefined when the service has no result: the token was not used. */
  async complete(
    sessionId: string,
    report: { clientDigest?: string; clientError?: string },
  ): Promise<Completion | undefined> {
    for (let tries = 1; tries <= NO_RESULT_YET_TRIES; tries += 1) {
      const answer = await this.#post(`liveness-sessions/${sessionId}/completion`, report);
      if (answer.status === 200) return completionSchema.parse(answer.body);
      if (answer.status !== 202 && answer.status !== 503) {
        throw new Error(`completing a session was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      await delay(AGAIN_AFTER_MS);
    }
    return undefined;
  }

  async #post(path: string, body: object): Promise<{ status: number; body: unknown }> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.#apiUrl}/api/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.#accessToken()}`,
        ...(!isForm && { 'content-type': 'application/json' }),
      },
      body: isForm ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }
}

const formOf = (fields: SessionFields, verifyImage: Buffer): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields) as [string, string][]) form.append(name, value);
  form.append('verifyImage', new Blob([new Uint8Array(verifyImage)], { type: 'image/jpeg' }), 'reference.jpg');
  return form;
};

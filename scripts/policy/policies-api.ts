// The part of the HTTP API that changes policies. What it refuses is told in its own sentences.

import * as z from 'zod';
import { isLoopback } from './access-token.ts';
import { CommandError } from './command-error.ts';

const DEFAULT_URL = 'http://127.0.0.1:7071';
const DEADLINE_MS = 30_000;

const problemSchema = z.object({
  title: z.string(),
  detail: z.string(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

const publishedSchema = z.object({ policyHash: z.string() });

const enforcementSchema = z.object({
  /** Of an app whose version is not named under `off`. */
  enforced: z.boolean(),
  mode: z.enum(['enforce', 'audit']),
  off: z.array(z.object({ until: z.string(), appVersion: z.string().optional() })),
});

export type Enforcement = z.output<typeof enforcementSchema>;

export const apiUrlOf = (option: string | undefined, setting: string | undefined): URL => {
  const text = option ?? (setting === undefined || setting === '' ? DEFAULT_URL : setting);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new CommandError(`"${text}" is not the URL of an API.`);
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new CommandError('An access token goes over https, except on this machine.');
  }
  return url;
};

export class PoliciesApi {
  readonly #url: URL;
  readonly #accessToken: string;

  constructor(url: URL, accessToken: string) {
    this.#url = url;
    this.#accessToken = accessToken;
  }

  /** For everybody, or what differs for one customer. Resolves to the hash of the policy that then holds. */
  async publish(policy: unknown, reason: string, customerId?: string): Promise<string> {
    const path = customerId === undefined ? 'policies/active' : `customers/${encodeURIComponent(customerId)}/policy`;
    return (await this.#ask(publishedSchema, 'PUT', path, { policy, reason })).policyHash;
  }

  enforce(
    customerId: string,
    body: { enforced: boolean; appVersion?: string; forMinutes?: number; reason: string },
  ): Promise<Enforcement> {
    return this.#ask(enforcementSchema, 'PUT', `customers/${encodeURIComponent(customerId)}/enforcement`, body);
  }

  enforcement(customerId: string): Promise<Enforcement> {
    return this.#ask(enforcementSchema, 'GET', `customers/${encodeURIComponent(customerId)}/enforcement`);
  }

  async #ask<Answer>(schema: z.ZodType<Answer>, method: 'GET' | 'PUT', path: string, body?: object): Promise<Answer> {
    const target = `${this.#url.href.replace(/\/$/, '')}/api/v1/${path}`;
    const { status, ok, text } = await this.#fetch(target, {
      method,
      headers: {
        authorization: `Bearer ${this.#accessToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!ok) throw new CommandError(sentencesOf(status, jsonOf(text)));
    const answer = schema.safeParse(jsonOf(text));
    if (!answer.success) throw new CommandError(`The API answered ${status}, but not as this command expects.`);
    return answer.data;
  }

  async #fetch(target: string, request: RequestInit): Promise<{ status: number; ok: boolean; text: string }> {
    try {
      const response = await fetch(target, request);
      return { status: response.status, ok: response.ok, text: await response.text() };
    } catch (error) {
      throw new CommandError(
        `The API at ${this.#url.origin} does not answer. Name another with --url or LIVENESS_API_URL.`,
        { cause: error },
      );
    }
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const sentencesOf = (status: number, answer: unknown): string => {
  const parsed = problemSchema.safeParse(answer);
  if (!parsed.success) return `The API answered ${status}, without saying why.`;
  const { title, detail, errors, requestId } = parsed.data;
  return [
    `${title}. ${detail}`,
    // What is wrong with the policy is found in the author's document.
    ...errors.map((error) => `${error.pointer.replace(/^\/policy(?=\/|$)/, '') || 'document'}: ${error.detail}`),
    ...(status >= 500 && requestId !== undefined ? [`Request id: ${requestId}`] : []),
  ].join('\n');
};

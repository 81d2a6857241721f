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

  /** For everybody, or what differs for one customer. */
  async publish(policy: unknown, reason: string, customerId?: string): Promise<void> {
    const path = customerId === undefined ? 'policies/active' : `customers/${encodeURIComponent(customerId)}/policy`;
    await this.#ask('PUT', path, { policy, reason });
  }

  async enforce(
    customerId: string,
    body: { enforced: boolean; appVersion?: string; forMinutes?: number; reason: string },
  ): Promise<void> {
    await this.#ask('PUT', `customers/${encodeURIComponent(customerId)}/enforcement`, body);
  }

  async enforcement(customerId: string): Promise<unknown> {
    return this.#ask('GET', `customers/${encodeURIComponent(customerId)}/enforcement`);
  }

  async #ask(method: 'GET' | 'PUT', path: string, body?: object): Promise<unknown> {
    const target = `${this.#url.href.replace(/\/$/, '')}/api/v1/${path}`;
    const response = await this.#fetch(target, {
      method,
      headers: {
        authorization: `Bearer ${this.#accessToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = jsonOf(await response.text());
    if (response.ok) return answer;
    throw new CommandError(sentencesOf(response.status, answer));
  }

  async #fetch(target: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(target, request);
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

// Requests whose answer may never come, because the app is killed under them.

export interface Answer {
  status: number;
  /** Empty when there is none. */
  body: unknown;
}

export type RequestKind = 'token' | 'completion' | 'deletion';

export class CrashRequests {
  /** Requests that the app had taken and never answered. */
  readonly cut: Record<RequestKind, number> = { token: 0, completion: 0, deletion: 0 };
  readonly #apiUrl: string;
  readonly #accessToken: () => Promise<string>;

  constructor(apiUrl: string, accessToken: () => Promise<string>) {
    this.#apiUrl = apiUrl;
    this.#accessToken = accessToken;
  }

  askForToken(fields: { endUserRef: string; deviceId: string }): Promise<Answer | undefined> {
    return this.#send('token', 'POST', 'liveness-sessions', fields);
  }

  complete(sessionId: string): Promise<Answer | undefined> {
    return this.#send('completion', 'POST', `liveness-sessions/${sessionId}/completion`, {});
  }

  delete(sessionId: string): Promise<Answer | undefined> {
    return this.#send('deletion', 'DELETE', `liveness-sessions/${sessionId}`);
  }

  /** Undefined when the connection ended before the answer. */
  async #send(kind: RequestKind, method: string, path: string, body?: object): Promise<Answer | undefined> {
    const authorization = `Bearer ${await this.#accessToken()}`;
    try {
      const response = await fetch(`${this.#apiUrl}/api/v1/${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as unknown) };
    } catch (error) {
      // One that came too late to be taken was not cut off.
      if (!wasRefused(error)) this.cut[kind] += 1;
      return undefined;
    }
  }
}

const wasRefused = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'ECONNREFUSED';

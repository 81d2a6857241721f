// The service without a socket: an HTTP client for `CosmosClientOptions.httpClient` that calls it directly.

import type { CosmosRequest, Outcome } from './exchange.ts';

/** What of a pipeline request is read. */
export interface PipelineRequest {
  url: string;
  method: string;
  headers: { toJSON(): Record<string, string> };
  body?: unknown;
  abortSignal?: AbortSignalLike;
}

export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface PipelineResponse<Request> {
  request: Request;
  status: number;
  headers: PlainHeaders;
  bodyAsText: string;
}

export class PlainHeaders implements Iterable<[string, string]> {
  readonly #headers: Map<string, string>;

  constructor(headers: Record<string, string>) {
    this.#headers = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  }

  get(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  set(name: string, value: string | number | boolean): void {
    this.#headers.set(name.toLowerCase(), String(value));
  }

  delete(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.#headers);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#headers.entries();
  }
}

export interface InProcessClient {
  sendRequest<Request extends PipelineRequest>(request: Request): Promise<PipelineResponse<Request>>;
}

/** `stopped` settles when the service stops: what still hangs then is cut. */
export const inProcessClient = (
  answer: (request: CosmosRequest) => Promise<Outcome>,
  stopped: Promise<void>,
): InProcessClient => ({
  sendRequest: async (request) => {
    const outcome = await abortable(request.abortSignal, answer(toCosmosRequest(request)), stopped);
    if (outcome === 'reset' || outcome === 'hang') throw connectionReset();
    const { status, headers, body } = outcome;
    return { request, status, headers: new PlainHeaders(headers), bodyAsText: body };
  },
});

const toCosmosRequest = ({ url, method, headers, body }: PipelineRequest): CosmosRequest => {
  const { origin, pathname } = new URL(url);
  return {
    method,
    path: pathname,
    headers: Object.fromEntries(Object.entries(headers.toJSON()).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof body === 'string' ? body : '',
    origin,
  };
};

const abortable = async (
  signal: AbortSignalLike | undefined,
  answer: Promise<Outcome>,
  stopped: Promise<void>,
): Promise<Outcome> => {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError());
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
  });
  const settled = answer.then(async (outcome) => {
    if (outcome === 'hang') await stopped;
    return outcome;
  });
  try {
    return await Promise.race([settled, aborted]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
};

const abortError = (): Error => {
  const error = new Error('The operation was aborted.');
  error.name = 'AbortError';
  return error;
};

const connectionReset = (): Error =>
  Object.assign(new Error('read ECONNRESET'), { name: 'RestError', code: 'ECONNRESET' });

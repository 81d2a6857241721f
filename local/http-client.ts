// A service without a socket: an HTTP client for the options of an SDK's client that calls the service directly.

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

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Either an answer, or the connection is cut, or nothing ever comes. */
type Outcome = Answer | 'reset' | 'hang';

export const inProcessClient = (
  answer: (request: PipelineRequest) => Promise<Outcome>,
  stopped: Promise<void>,
): InProcessClient => ({
  sendRequest: async (request) => {
    const { status, headers, body } = await abortable(request.abortSignal, settled(answer(request), stopped));
    return { request, status, headers: new PlainHeaders(headers), bodyAsText: body };
  },
});

/** The answer, or the error of a connection that is cut; `stopped` settles when the service stops and cuts what hangs. */
export const settled = async <A extends Answer>(
  outcome: Promise<A | 'reset' | 'hang'>,
  stopped: Promise<void>,
): Promise<A> => {
  const answer = await outcome;
  if (answer === 'hang') await stopped;
  if (answer === 'reset' || answer === 'hang') throw connectionReset();
  return answer;
};

/** Names in lower case. */
export const headersOf = ({ headers }: PipelineRequest): Record<string, string> =>
  Object.fromEntries(Object.entries(headers.toJSON()).map(([name, value]) => [name.toLowerCase(), value]));

const abortable = async <T>(signal: AbortSignalLike | undefined, work: Promise<T>): Promise<T> => {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError());
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
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

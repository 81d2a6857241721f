// The SDKs' HTTP calls, led through the simulated network to a service of the local cloud.

import {
  PlainHeaders,
  type InProcessClient,
  type PipelineRequest,
  type PipelineResponse,
} from '../../local/http-client.ts';
import type { Network, Service } from '../engine/network.ts';
import type { Running } from '../engine/simulated-process.ts';

type Request = PipelineRequest;

export interface HttpRoute {
  service: Service;
  client: InProcessClient;
  network: Network;
  /** Such as `Batch correlations`. */
  describe(request: Request): string;
  /** Sees every request that was carried out, at the moment when it was; what it answers is the answer. */
  onCarriedOut(
    request: Request,
    response: PipelineResponse<Request>,
    who: Running | undefined,
  ): PipelineResponse<Request> | undefined;
  retryAfterHeader: (retryAfterMs: number) => [name: string, value: string];
}

export const httpThroughNetwork = (route: HttpRoute): InProcessClient => ({
  sendRequest: <R extends Request>(request: R) => {
    const what = route.describe(request);
    // The service goes on with what it has begun, though its client may have given up.
    const sent = Object.create(request, { abortSignal: { value: undefined } }) as R;
    const carryOut = async (who: Running | undefined): Promise<PipelineResponse<R>> => {
      const response = await route.client.sendRequest(sent);
      const changed = route.network.watch(`${route.service} ${what}`, () => {
        if (response.status === 500) throw new Error(`the local cloud has a bug: ${response.bodyAsText}`);
        return route.onCarriedOut(request, response, who);
      });
      return { ...(changed ?? response), request };
    };
    return unlessAborted(
      request,
      route.network.call(route.service, what, carryOut, {
        connectionLost,
        throttled: (retryAfterMs) => throttled(request, route, retryAfterMs),
      }),
    );
  },
});

const throttled = <R extends Request>(
  request: R,
  { retryAfterHeader }: HttpRoute,
  retryAfterMs: number | undefined,
): PipelineResponse<R> => ({
  request,
  status: 429,
  headers: new PlainHeaders(retryAfterMs === undefined ? {} : Object.fromEntries([retryAfterHeader(retryAfterMs)])),
  bodyAsText: JSON.stringify({
    code: '429',
    message: 'Too many requests.',
    error: { code: '429', message: 'Too many.' },
  }),
});

const connectionLost = (): Error =>
  Object.assign(new Error('read ECONNRESET'), { name: 'RestError', code: 'ECONNRESET' });

const unlessAborted = async <T>({ abortSignal }: Request, reply: Promise<T>): Promise<T> => {
  if (abortSignal === undefined) return reply;
  // A reply that comes too late is nobody's.
  reply.catch(() => undefined);
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' }));
    if (abortSignal.aborted) {
      abort();
      return;
    }
    abortSignal.addEventListener('abort', abort);
    const finish =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        abortSignal.removeEventListener('abort', abort);
        settle(value);
      };
    reply.then(finish(resolve), finish(reject));
  });
};

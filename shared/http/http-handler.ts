import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { Unavailable } from '../application/errors.ts';
import type { Clock, Log } from '../application/ports.ts';
import { Denied, InvalidRequest } from './errors.ts';
import { problem, type ProblemCode, type ProblemFacts } from './problem.ts';

export interface HttpTools {
  clock: Clock;
  log: Log;
}

/** Authors a problem for this request. */
export type Problem = (code: ProblemCode, facts?: ProblemFacts) => HttpResponseInit;

/** The one place where an error becomes an answer. */
export const httpHandler =
  (
    { clock, log }: HttpTools,
    handle: (request: HttpRequest, authored: Problem) => Promise<HttpResponseInit>,
  ): HttpHandler =>
  async (request: HttpRequest, context: InvocationContext) => {
    const authored: Problem = (code, facts = {}) => problem(code, context.invocationId, facts, clock.now());
    try {
      return await handle(request, authored);
    } catch (error) {
      if (error instanceof InvalidRequest) return authored(error.code, { errors: error.errors });
      if (error instanceof Denied) return authored(error.code);
      if (error instanceof Unavailable) {
        log.warn('dependency-unavailable', { what: error.message, requestId: context.invocationId });
        return authored('unavailable', { retryAfterSeconds: error.retryAfterSeconds });
      }
      log.error('request-failed', error, { requestId: context.invocationId });
      return authored('internal');
    }
  };

/** What is answered is about one person, and never to be kept on the way. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

import * as z from 'zod';
import { findRoute } from '../../local/face/routes.ts';
import type { LocalFace } from '../../local/face/start-face.ts';
import type { InProcessClient, PipelineRequest, PipelineResponse } from '../../local/http-client.ts';
import type { Checker } from '../checker/checker.ts';
import type { Network } from '../engine/network.ts';
import { httpThroughNetwork } from './http-through-network.ts';

const created = z.object({ sessionId: z.string() });
const read = z.object({
  results: z.object({
    attempts: z.array(z.object({ result: z.unknown().optional(), error: z.unknown().optional() })).default([]),
  }),
});

export interface FaceObservers {
  checker: Checker;
  onFaceSession: (faceSessionId: string) => void;
  /** Face itself has refused a call, because there were too many. */
  onFaceBusy: () => void;
}

export const faceThroughNetwork = (
  face: LocalFace,
  network: Network,
  { checker, onFaceSession, onFaceBusy }: FaceObservers,
): InProcessClient => {
  const attemptsOf = (sessionId: string): number =>
    face.inspect().list.find((session) => session.sessionId === sessionId)?.attempts.length ?? 0;

  const routeOf = ({ method, url }: PipelineRequest) => findRoute(method, new URL(url).pathname);

  const observe = (request: PipelineRequest, { status, bodyAsText }: PipelineResponse<PipelineRequest>): void => {
    const route = routeOf(request);
    if (status === 429) onFaceBusy();
    if (status >= 300) return;
    switch (route.operation) {
      case 'create': {
        const { sessionId } = created.parse(JSON.parse(bodyAsText));
        const correlationId = face.inspect().list.find((one) => one.sessionId === sessionId)?.deviceCorrelationId;
        checker.faceCreated(sessionId, correlationId ?? '');
        onFaceSession(sessionId);
        break;
      }
      case 'get': {
        const { attempts } = read.parse(JSON.parse(bodyAsText)).results;
        checker.faceRead(
          route.sessionId,
          attempts.filter(({ result, error }) => result !== undefined || error !== undefined).length,
        );
        break;
      }
      case 'delete':
        checker.faceDeleted(route.sessionId, attemptsOf(route.sessionId));
        break;
      case 'client':
        break;
    }
  };

  return httpThroughNetwork({
    service: 'face',
    client: face.httpClient,
    network,
    describe: (request) => {
      const route = routeOf(request);
      return 'kind' in route ? `${route.operation} ${route.kind}` : route.operation;
    },
    onCarriedOut: (request, response) => {
      observe(request, response);
      return undefined;
    },
    retryAfterHeader: (ms) => ['retry-after', String(Math.ceil(ms / 1000))],
  });
};

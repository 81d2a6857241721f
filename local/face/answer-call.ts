// From a call to the service and back: who is calling, how often, and what goes wrong on purpose.

import { timingSafeEqual } from 'node:crypto';

import type { Clock } from '../clock.ts';
import { parseJson, parseSessionRequest, parseSessionWithVerifyRequest } from './create-request.ts';
import type { FaceAnswer, FaceRequest, Outcome } from './exchange.ts';
import { FaceError, plainFaceError, tooManyCalls, unauthorized } from './face-error.ts';
import type { FaceOperation, FaultRule, FaultRules } from './faults.ts';
import type { LivenessService } from './liveness-service.ts';
import { parsePresentation } from './presentation.ts';
import { findRoute, type Route } from './routes.ts';
import { imageSizeError, LARGEST_IMAGE_BYTES } from './verify-image.ts';

/** Room for the largest image and the parts around it. */
export const LARGEST_BODY_BYTES = LARGEST_IMAGE_BYTES + 64 * 1024;

export type CallCounts = Record<FaceOperation | 'throttled', number>;

export interface CallParts {
  service: LivenessService;
  clock: Clock;
  key: string;
  /** Whether an Entra token is good now; without it, servers need the key. */
  verifyToken: ((token: string) => boolean) | undefined;
  faults: FaultRules;
  hasRoom: () => boolean;
  /** The resource has no approval for liveness. */
  unsupportedFeature: boolean;
  counts: CallCounts;
  isStopping: () => boolean;
  newRequestId: () => string;
}

interface Answer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

export const makeAnswerCall =
  (parts: CallParts): ((request: FaceRequest) => Promise<Outcome>) =>
  async (request) => {
    const toSend = (answer: Answer): FaceAnswer => faceAnswer(answer, parts.newRequestId());
    try {
      const outcome = await answerCall(request, parts);
      return typeof outcome === 'string' ? outcome : toSend(outcome);
    } catch (error) {
      return toSend(errorAnswer(error));
    }
  };

const answerCall = async (request: FaceRequest, parts: CallParts): Promise<Answer | 'reset' | 'hang'> => {
  if (request.body.length > LARGEST_BODY_BYTES) throw imageSizeError();
  const route = findRoute(request.method, request.path);
  if (route.operation === 'client' && route.call === 'preflight') return { status: 204 };

  const fault = parts.faults.take(route.operation);
  if (fault.latencyMs !== undefined) await wait(parts.clock, fault.latencyMs);
  if (fault.hang === true) return 'hang';
  if (fault.drop === 'before' || parts.isStopping()) return 'reset';
  const answer = fault.status === undefined ? carriedOut(request, route, parts) : refusedWith(fault.status, fault);
  return fault.drop === 'after' ? 'reset' : answer;
};

const refusedWith = (status: number, { retryAfterSeconds }: FaultRule): Answer => {
  const answer = errorAnswer(plainFaceError(status));
  const retryAfter = retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) };
  return { ...answer, headers: { ...answer.headers, ...retryAfter } };
};

const carriedOut = (...call: Parameters<typeof carryOut>): Answer => {
  try {
    return carryOut(...call);
  } catch (error) {
    return errorAnswer(error);
  }
};

const carryOut = (request: FaceRequest, route: Exclude<Route, { call: 'preflight' }>, parts: CallParts): Answer => {
  const { service, counts } = parts;
  if (route.operation !== 'client' && !mayCall(request, parts)) {
    throw unauthorized('Access denied due to invalid subscription key or wrong API endpoint.');
  }
  counts[route.operation] += 1;
  // Calls with a revoked token take from the resource's limit too.
  if (!parts.hasRoom()) {
    counts.throttled += 1;
    throw tooManyCalls();
  }
  if (route.operation !== 'client' && parts.unsupportedFeature) {
    throw new FaceError(
      403,
      'UnsupportedFeature',
      'Feature is not supported, missing approval for liveness detection.',
    );
  }
  switch (route.operation) {
    case 'create': {
      const contentType = request.headers['content-type'] ?? '';
      const parse = route.kind === 'liveness-with-verify' ? parseSessionWithVerifyRequest : parseSessionRequest;
      return ok(service.create(parse(contentType, request.body)));
    }
    case 'get':
      return ok(service.get(route.kind, route.sessionId));
    case 'delete':
      service.delete(route.kind, route.sessionId);
      return { status: 204 };
    case 'client': {
      const authToken = bearerOf(request) ?? '';
      if (route.call === 'start') return ok(service.start(authToken));
      return ok(service.attempt(route.kind, authToken, parsePresentation(parseJson(request.body))));
    }
  }
};

const ok = (body: object): Answer => ({ status: 200, body });

const errorAnswer = (error: unknown): Answer => {
  const known = error instanceof FaceError ? error : plainFaceError(500);
  if (known !== error) console.error('local Face service:', error);
  return {
    status: known.status,
    body: { error: { code: known.code, message: known.message } },
    headers: { 'x-ms-error-code': known.code },
  };
};

const faceAnswer = ({ status, body, headers }: Answer, requestId: string): FaceAnswer => ({
  status,
  headers: {
    'apim-request-id': requestId,
    'x-ms-region': 'local',
    'x-envoy-upstream-service-time': '1',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization, content-type',
    ...(status < 300 && { 'csp-billing-usage': 'CognitiveServices.Face.Transaction=1' }),
    ...(body === undefined ? { 'content-length': '0' } : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  },
  body: body === undefined ? '' : JSON.stringify(body),
});

const mayCall = (request: FaceRequest, { key, verifyToken }: CallParts): boolean => {
  const token = bearerOf(request);
  if (token !== undefined && verifyToken !== undefined) return verifyToken(token);
  return isKey(request.headers['ocp-apim-subscription-key'], key);
};

const bearerOf = ({ headers }: FaceRequest): string | undefined =>
  /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];

const isKey = (given: string | undefined, key: string): boolean => {
  if (given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

// From HTTP to the service and back: who is calling, how often, and what goes wrong on purpose.

import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { Clock } from '../clock.ts';
import { parseJson, parseSessionRequest, parseSessionWithVerifyRequest } from './create-request.ts';
import { FaceError, plainFaceError, tooManyCalls, unauthorized } from './face-error.ts';
import type { FaceOperation, FaultRule, FaultRules } from './faults.ts';
import type { LivenessService } from './liveness-service.ts';
import { parsePresentation } from './presentation.ts';
import { findRoute, type Route } from './routes.ts';
import { imageSizeError, LARGEST_IMAGE_BYTES } from './verify-image.ts';

/** Room for the largest image and the parts around it. */
const LARGEST_BODY_BYTES = LARGEST_IMAGE_BYTES + 64 * 1024;

export type CallCounts = Record<FaceOperation | 'throttled', number>;

export interface HttpParts {
  service: LivenessService;
  clock: Clock;
  key: string;
  faults: FaultRules;
  hasRoom: () => boolean;
  /** The resource has no approval for liveness. */
  unsupportedFeature: boolean;
  counts: CallCounts;
  stopping: AbortSignal;
}

interface Answer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

interface Outcome {
  answer: Answer | 'cut';
  fault: FaultRule;
}

export const makeListener =
  (parts: HttpParts): RequestListener =>
  (request, response) => {
    void answerCall(request, parts)
      .catch((error: unknown): Outcome => ({
        answer: request.errored === null ? errorAnswer(error) : 'cut',
        fault: {},
      }))
      .then(({ answer, fault }) => {
        if (fault.hang === true) return;
        if (answer === 'cut' || fault.drop === 'after') request.socket.destroy();
        else send(response, answer);
      });
  };

const answerCall = async (request: IncomingMessage, parts: HttpParts): Promise<Outcome> => {
  const body = await readBody(request);
  const route = findRoute(request.method ?? '', (request.url ?? '').split('?')[0]!);
  if (route.operation === 'client' && route.call === 'preflight') return { answer: { status: 204 }, fault: {} };

  const fault = parts.faults.take(route.operation);
  if (fault.latencyMs !== undefined) await wait(parts.clock, fault.latencyMs);
  if (fault.hang === true || fault.drop === 'before' || parts.stopping.aborted) return { answer: 'cut', fault };
  if (fault.status !== undefined) {
    const answer = errorAnswer(plainFaceError(fault.status));
    const retryAfter = fault.retryAfterSeconds !== undefined && { 'retry-after': String(fault.retryAfterSeconds) };
    return { answer: { ...answer, headers: { ...answer.headers, ...retryAfter } }, fault };
  }
  try {
    return { answer: carryOut(request, body, route, parts), fault };
  } catch (error) {
    return { answer: errorAnswer(error), fault };
  }
};

const carryOut = (
  request: IncomingMessage,
  body: Buffer,
  route: Exclude<Route, { call: 'preflight' }>,
  parts: HttpParts,
): Answer => {
  const { service, key, counts } = parts;
  if (route.operation !== 'client' && !isKey(request.headers['ocp-apim-subscription-key'], key)) {
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
      return ok(service.create(parse(contentType, body)));
    }
    case 'get':
      return ok(service.get(route.kind, route.sessionId));
    case 'delete':
      service.delete(route.kind, route.sessionId);
      return { status: 204 };
    case 'client': {
      const [, authToken = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
      if (route.call === 'start') return ok(service.start(authToken));
      return ok(service.attempt(route.kind, authToken, parsePresentation(parseJson(body))));
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

const send = (response: ServerResponse, { status, body, headers }: Answer): void => {
  response.writeHead(status, {
    'apim-request-id': randomUUID(),
    'x-ms-region': 'local',
    'x-envoy-upstream-service-time': '1',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization, content-type',
    ...(status < 300 && { 'csp-billing-usage': 'CognitiveServices.Face.Transaction=1' }),
    ...(body === undefined ? { 'content-length': '0' } : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

/** Reads to the end in any case, so that the caller gets the answer instead of a broken connection. */
const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > LARGEST_BODY_BYTES) throw imageSizeError();
  return Buffer.concat(chunks);
};

const isKey = (given: string | string[] | undefined, key: string): boolean => {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

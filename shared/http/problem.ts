// Every refusal that a caller can meet, as problem details (RFC 9457). `detail` holds only sentences written here: what a
// service told us goes to the log.

import type { HttpResponseInit } from '@azure/functions';

export type NextAction = 'correct-request' | 'retry-now' | 'retry-later' | 'use-alternative' | 'contact-support';

interface ProblemKind {
  status: number;
  title: string;
  detail: string;
  nextAction: NextAction;
}

export const problems = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    detail: 'Correct the fields that are listed under "errors".',
    nextAction: 'correct-request',
  },
  'bad-image': {
    status: 400,
    title: 'The verify image cannot be used',
    detail: 'Send one image, 1 KB to 6 MB, that shows exactly one face.',
    nextAction: 'correct-request',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid access token',
    detail: 'Send a current version 2.0 access token for this API as a bearer token.',
    nextAction: 'correct-request',
  },
  forbidden: {
    status: 403,
    title: 'Not permitted',
    detail: 'The access token does not permit this call.',
    nextAction: 'contact-support',
  },
  'not-onboarded': {
    status: 403,
    title: 'The client application is not onboarded',
    detail: 'The client application belongs to no customer of this service.',
    nextAction: 'contact-support',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: 'There is no such thing among yours.',
    nextAction: 'correct-request',
  },
  'request-in-progress': {
    status: 409,
    title: 'The same request is under way',
    detail: 'A request with this Idempotency-Key has not ended yet.',
    nextAction: 'retry-later',
  },
  'session-in-progress': {
    status: 409,
    title: 'The session of this request is being used',
    detail: 'A token for this Idempotency-Key was issued and the liveness check has begun.',
    nextAction: 'correct-request',
  },
  'needs-review': {
    status: 409,
    title: 'A verdict is in force',
    detail: 'Only the review of its case can lift it.',
    nextAction: 'contact-support',
  },
  'policy-changed': {
    status: 409,
    title: 'Another policy is active',
    detail: 'The policy that "previousHash" names is not the active one. Read the active one and decide again.',
    nextAction: 'correct-request',
  },
  'body-too-large': {
    status: 413,
    title: 'The request body is too large',
    detail: 'JSON bodies may have 64 KB, verify images 6 MB.',
    nextAction: 'correct-request',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type does not fit',
    detail: 'Send application/json, or multipart/form-data where an image is asked for.',
    nextAction: 'correct-request',
  },
  'key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    detail: 'A key stands for one request body. Use a new key for a new request.',
    nextAction: 'correct-request',
  },
  wait: {
    status: 429,
    title: 'Wait before the next try',
    detail: 'A new token can be had at "retryAt".',
    nextAction: 'retry-later',
  },
  'customer-quota': {
    status: 429,
    title: 'The quota of the customer is used up',
    detail: 'No more sessions today.',
    nextAction: 'retry-later',
  },
  'correlation-flagged': {
    status: 403,
    title: 'Liveness checks are blocked',
    detail: 'The recent checks of this end user wait for a human review.',
    nextAction: 'contact-support',
  },
  'device-not-familiar': {
    status: 403,
    title: 'Liveness checks are blocked on this device',
    detail: 'Use a device on which this end user has passed before, or the alternative.',
    nextAction: 'use-alternative',
  },
  paused: {
    status: 403,
    title: 'Liveness checks are paused',
    detail: 'Too many checks of this end user did not succeed. Use the alternative until "retryAt".',
    nextAction: 'use-alternative',
  },
  'exposure-budget': {
    status: 403,
    title: 'No tries are left',
    detail: 'This end user has used the tries of the period. Use the alternative until "retryAt".',
    nextAction: 'use-alternative',
  },
  'customer-not-eligible': {
    status: 403,
    title: 'The customer is not eligible',
    detail: 'The eligibility of this customer is suspended or has ended.',
    nextAction: 'contact-support',
  },
  'service-busy': {
    status: 503,
    title: 'Too many requests at the moment',
    detail: 'Nothing was counted. Try again in a moment.',
    nextAction: 'retry-now',
  },
  unavailable: {
    status: 503,
    title: 'A dependency does not answer',
    detail: 'Try again after the time in Retry-After.',
    nextAction: 'retry-now',
  },
  internal: {
    status: 500,
    title: 'Something went wrong',
    detail: 'The mistake is ours. Name the request id when you report it.',
    nextAction: 'contact-support',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;

export interface FieldError {
  /** JSON pointer into the body, `header:NAME`, or `path:NAME`. */
  pointer: string;
  detail: string;
}

export interface ProblemFacts {
  retryAt?: Date;
  retryAfterSeconds?: number;
  alternativePath?: string;
  errors?: readonly FieldError[];
}

/** `now` turns `retryAt` into Retry-After. */
export const problem = (code: ProblemCode, requestId: string, facts: ProblemFacts, now: Date): HttpResponseInit => {
  const { status, title, detail, nextAction } = problems[code];
  const { retryAt, alternativePath, errors } = facts;
  const untilRetryMs = retryAt === undefined ? undefined : retryAt.getTime() - now.getTime();
  const retryAfterSeconds =
    facts.retryAfterSeconds ?? (untilRetryMs === undefined ? undefined : Math.max(1, Math.ceil(untilRetryMs / 1000)));
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    },
    body: JSON.stringify({
      type: `urn:liveness-abuse-monitor:problem:${code}`,
      title,
      status,
      detail,
      code,
      nextAction,
      requestId,
      ...(retryAt !== undefined && { retryAt: retryAt.toISOString() }),
      ...(alternativePath !== undefined && { alternativePath }),
      ...(errors !== undefined && errors.length > 0 && { errors }),
    }),
  };
};

// What the two ways of asking for a session have in common beside the fields: the key of a repetition, and the answers.

import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import type { IssueDecision, SessionRequest } from '../application/issue-liveness-session.ts';
import { json, type Problem } from './http-handler.ts';
import { readHeader } from './read-request.ts';

/** Printable ASCII, as in the draft standard of the header. */
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters');

/** `content`: what was asked, so that a key cannot be used for something else. */
export const readIdempotency = (
  request: HttpRequest,
  content: string,
  sha256Hex: (text: string) => string,
): Pick<SessionRequest, 'idempotency'> => {
  const key = readHeader(request, 'idempotency-key', idempotencyKey);
  return key === undefined ? {} : { idempotency: { key, bodyHash: sha256Hex(content) } };
};

export const sessionAnswer = (decision: IssueDecision, authored: Problem): HttpResponseInit => {
  switch (decision.kind) {
    case 'issued':
      return json(
        201,
        {
          sessionId: decision.sessionId,
          correlationId: decision.correlationId,
          authToken: decision.authToken,
          expiresAt: decision.expiresAt.toISOString(),
          attemptsAllowed: decision.attemptsAllowed,
          remainingAttempts: decision.remainingAttempts,
          lockOutProtection: decision.lockOutProtection,
        },
        {
          location: `/api/v1/liveness-sessions/${decision.sessionId}`,
          ...(decision.replayed && { 'idempotency-replayed': 'true' }),
        },
      );
    case 'wait':
      return authored('wait', { retryAt: decision.until });
    case 'customer-quota':
      return authored('customer-quota', { retryAt: decision.until });
    case 'refused': {
      const { because, alternativePath, until } = decision;
      return authored(because, { alternativePath, ...(until !== undefined && { retryAt: until }) });
    }
    case 'service-busy':
      return authored('service-busy', { retryAfterSeconds: decision.retryAfterSeconds });
    case 'bad-image':
      return authored('bad-image', {
        errors: [{ pointer: '/verifyImage', detail: 'Shows no face, more than one, or cannot be decoded.' }],
      });
    case 'request-in-progress':
    case 'session-in-progress':
    case 'key-reused':
      return authored(decision.kind, decision.kind === 'request-in-progress' ? { retryAfterSeconds: 2 } : {});
  }
};

import type { HttpHandler } from '@azure/functions';
import type { ReadLivenessSession } from '../../shared/application/read-liveness-session.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';
import { readParameter } from '../../shared/http/read-request.ts';
import { attemptView, sessionIdParameter } from '../../shared/http/session-view.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readLivenessSession: ReadLivenessSession;
}

export const getLivenessSessionHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { customerId } = await parts.authentication.application(request, 'Sessions.Issue');
    const sessionId = readParameter(request, 'sessionId', sessionIdParameter);

    const view = await parts.readLivenessSession({ customerId, sessionId });
    switch (view.kind) {
      case 'found':
        return json(200, {
          sessionId: view.sessionId,
          correlationId: view.correlationId,
          kind: view.sessionKind,
          state: view.state,
          expiresAt: view.expiresAt.toISOString(),
          attemptsAllowed: view.attemptsAllowed,
          attempts: view.attempts.map(attemptView),
        });
      case 'not-found':
        return authored('not-found');
    }
  });

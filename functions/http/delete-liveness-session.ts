import type { HttpHandler } from '@azure/functions';
import type { DeleteLivenessSession } from '../../shared/application/delete-liveness-session.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { readParameter } from '../../shared/http/read-request.ts';
import { sessionIdParameter } from '../../shared/http/session-view.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  deleteLivenessSession: DeleteLivenessSession;
}

export const deleteLivenessSessionHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { customerId } = await parts.authentication.application(request, 'Sessions.Issue');
    const sessionId = readParameter(request, 'sessionId', sessionIdParameter);

    const deletion = await parts.deleteLivenessSession({ customerId, sessionId });
    switch (deletion.kind) {
      case 'deleted':
        return { status: 204 };
      case 'not-found':
        return authored('not-found');
    }
  });

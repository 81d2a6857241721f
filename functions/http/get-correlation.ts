import type { HttpHandler } from '@azure/functions';
import type { ReadCorrelation } from '../../shared/application/read-correlation.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';
import { readParameter } from '../../shared/http/read-request.ts';
import { correlationIdParameter } from '../../shared/http/session-view.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readCorrelation: ReadCorrelation;
}

export const getCorrelationHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { customerId } = await parts.authentication.application(request, 'Sessions.Issue');
    const correlationId = readParameter(request, 'correlationId', correlationIdParameter);

    const view = await parts.readCorrelation({ customerId, correlationId });
    switch (view.kind) {
      case 'found':
        return json(200, {
          correlationId: view.correlationId,
          status: view.status,
          ...(view.scope !== undefined && { scope: view.scope }),
          remainingAttempts: view.remainingAttempts,
          ...(view.nextAllowedAt !== undefined && { nextAllowedAt: view.nextAllowedAt.toISOString() }),
        });
      case 'not-found':
        return authored('not-found');
    }
  });

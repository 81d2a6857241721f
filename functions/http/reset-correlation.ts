import type { HttpHandler } from '@azure/functions';
import type { ResetCorrelation } from '../../shared/application/reset-correlation.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';
import { readJson, readParameter } from '../../shared/http/read-request.ts';
import { resetBody } from '../../shared/http/request-bodies.ts';
import { correlationIdParameter } from '../../shared/http/session-view.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  resetCorrelation: ResetCorrelation;
}

const ASK_AGAIN_SECONDS = 30;

export const resetCorrelationHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { personId } = await parts.authentication.person(request, 'Cases.Review');
    const correlationId = readParameter(request, 'correlationId', correlationIdParameter);
    const { reason } = await readJson(request, resetBody);

    const reset = await parts.resetCorrelation({ correlationId, decidedBy: personId, reason });
    switch (reset.kind) {
      case 'reset':
        return json(200, { status: 'reset', correlationId: reset.correlationId });
      case 'under-way':
        return json(
          202,
          { status: 'under-way', correlationId: reset.correlationId },
          { 'retry-after': String(ASK_AGAIN_SECONDS) },
        );
      case 'not-found':
      case 'needs-review':
        return authored(reset.kind);
    }
  });

import type { HttpHandler } from '@azure/functions';
import type { CompleteLivenessSession } from '../../shared/application/complete-liveness-session.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';
import { readJson, readParameter } from '../../shared/http/read-request.ts';
import { completionReport } from '../../shared/http/request-bodies.ts';
import { attemptView, sessionIdParameter } from '../../shared/http/session-view.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  completeLivenessSession: CompleteLivenessSession;
}

/** While Face has no result: it usually takes seconds. */
const ASK_AGAIN_SECONDS = 2;

export const completeLivenessSessionHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { customerId } = await parts.authentication.application(request, 'Sessions.Issue');
    const sessionId = readParameter(request, 'sessionId', sessionIdParameter);
    const { clientDigest, clientError } = await readJson(request, completionReport);

    const completion = await parts.completeLivenessSession({
      customerId,
      sessionId,
      report: {
        ...(clientDigest !== undefined && { digest: clientDigest }),
        ...(clientError !== undefined && { error: clientError }),
      },
    });
    switch (completion.kind) {
      case 'completed':
        return json(200, {
          decision: completion.decision,
          reason: completion.reason,
          nextAction: completion.nextAction,
          ...(completion.retryAt !== undefined && { retryAt: completion.retryAt.toISOString() }),
          remainingAttempts: completion.remainingAttempts,
          attempts: completion.attempts.map(attemptView),
          ...(completion.verify !== undefined && { verify: completion.verify }),
        });
      case 'no-result-yet':
        return json(202, { status: 'no-result-yet' }, { 'retry-after': String(ASK_AGAIN_SECONDS) });
      case 'not-found':
        return authored('not-found');
    }
  });

import type { HttpHandler } from '@azure/functions';
import type { Sha256Hex } from '../../shared/application/ports.ts';
import type { IssueLivenessSession } from '../../shared/application/issue-liveness-session.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { readJson } from '../../shared/http/read-request.ts';
import { sessionFields } from '../../shared/http/request-bodies.ts';
import { readIdempotency, sessionAnswer } from '../../shared/http/session-request.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  issueLivenessSession: IssueLivenessSession;
  sha256Hex: Sha256Hex;
}

export const createLivenessSessionHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const caller = await parts.authentication.application(request, 'Sessions.Issue');
    const { endUserRef, deviceId, appVersion, operationMode, ...rest } = await readJson(request, sessionFields);
    const content = JSON.stringify(['liveness', endUserRef, deviceId, operationMode, { appVersion, ...rest }]);

    const decision = await parts.issueLivenessSession({
      caller,
      kind: 'liveness',
      endUserRef,
      operationMode,
      ...(deviceId !== undefined && { deviceId }),
      ...(appVersion !== undefined && { appVersion }),
      ...readIdempotency(request, content, parts.sha256Hex),
    });
    return sessionAnswer(decision, authored);
  });

import type { HttpHandler } from '@azure/functions';
import type { IssueLivenessSession } from '../../shared/application/issue-liveness-session.ts';
import type { Sha256Hex } from '../../shared/application/ports.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { readForm } from '../../shared/http/read-request.ts';
import { sessionFields } from '../../shared/http/request-bodies.ts';
import { readIdempotency, sessionAnswer } from '../../shared/http/session-request.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  issueLivenessSession: IssueLivenessSession;
  sha256Hex: Sha256Hex;
}

export const createLivenessWithVerifySessionHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const caller = await parts.authentication.application(request, 'Sessions.Issue');
    const { fields, image } = await readForm(request, sessionFields, 'verifyImage');
    const { endUserRef, deviceId, appVersion, operationMode, ...rest } = fields;
    const imageHash = parts.sha256Hex(Buffer.from(image).toString('base64'));
    const content = JSON.stringify([
      'liveness-with-verify',
      endUserRef,
      deviceId,
      operationMode,
      { appVersion, ...rest },
      imageHash,
    ]);

    const decision = await parts.issueLivenessSession({
      caller,
      kind: 'liveness-with-verify',
      endUserRef,
      operationMode,
      verifyImage: image,
      ...(deviceId !== undefined && { deviceId }),
      ...(appVersion !== undefined && { appVersion }),
      ...readIdempotency(request, content, parts.sha256Hex),
    });
    return sessionAnswer(decision, authored);
  });

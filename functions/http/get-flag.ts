import type { HttpHandler } from '@azure/functions';
import type { ReadFlag } from '../../shared/application/read-flag.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';
import { readParameter } from '../../shared/http/read-request.ts';
import { correlationIdParameter, flagIdParameter } from '../../shared/http/session-view.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readFlag: ReadFlag;
}

export const getFlagHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    await parts.authentication.person(request, 'Cases.Review');
    const correlationId = readParameter(request, 'correlationId', correlationIdParameter);
    const flagId = readParameter(request, 'flagId', flagIdParameter);

    const flag = await parts.readFlag({ correlationId, flagId });
    return flag === undefined ? authored('not-found') : json(200, { ...flag, at: flag.at.toISOString() });
  });

import type { HttpHandler } from '@azure/functions';
import type { ReadStatus } from '../../shared/application/read-status.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readStatus: ReadStatus;
}

export const getStatusHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request) => {
    await parts.authentication.person(request, 'Audit.Read');
    const status = await parts.readStatus();
    return json(200, status);
  });

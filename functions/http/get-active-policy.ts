import type { HttpHandler } from '@azure/functions';
import type { ReadActivePolicy } from '../../shared/application/read-policies.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readActivePolicy: ReadActivePolicy;
}

export const getActivePolicyHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request) => {
    await parts.authentication.person(request, 'Policies.Manage');
    return json(200, await parts.readActivePolicy());
  });

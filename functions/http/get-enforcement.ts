import type { HttpHandler } from '@azure/functions';
import type { ReadEnforcement } from '../../shared/application/read-policies.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { customerAnswer, customerIdParameter } from '../../shared/http/customer-answer.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { readParameter } from '../../shared/http/read-request.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readEnforcement: ReadEnforcement;
}

export const getEnforcementHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    await parts.authentication.person(request, 'Policies.Manage');
    const customerId = readParameter(request, 'customerId', customerIdParameter);
    return customerAnswer(await parts.readEnforcement({ customerId }), authored);
  });

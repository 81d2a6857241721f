import type { HttpHandler } from '@azure/functions';
import type { ReadCustomerPolicy } from '../../shared/application/read-policies.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { customerAnswer, customerIdParameter } from '../../shared/http/customer-answer.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { readParameter } from '../../shared/http/read-request.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  readCustomerPolicy: ReadCustomerPolicy;
}

export const getCustomerPolicyHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    await parts.authentication.person(request, 'Policies.Manage');
    const customerId = readParameter(request, 'customerId', customerIdParameter);
    return customerAnswer(await parts.readCustomerPolicy({ customerId }), authored);
  });

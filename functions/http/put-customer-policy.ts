import type { HttpHandler } from '@azure/functions';
import type { ReadCustomerPolicy } from '../../shared/application/read-policies.ts';
import type { SetCustomerPolicy } from '../../shared/application/set-customer-policy.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { customerAnswer, customerIdParameter } from '../../shared/http/customer-answer.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { policyMistakes } from '../../shared/http/policy-mistakes.ts';
import { readJson, readParameter } from '../../shared/http/read-request.ts';
import { customerPolicyBody } from '../../shared/http/request-bodies.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  setCustomerPolicy: SetCustomerPolicy;
  readCustomerPolicy: ReadCustomerPolicy;
}

export const putCustomerPolicyHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { personId: decidedBy } = await parts.authentication.person(request, 'Policies.Manage');
    const customerId = readParameter(request, 'customerId', customerIdParameter);
    const { policy: document, reason } = await readJson(request, customerPolicyBody);

    const setting = await parts.setCustomerPolicy({ customerId, document, decidedBy, reason });
    switch (setting.kind) {
      case 'changed':
      case 'unchanged':
        return customerAnswer(await parts.readCustomerPolicy({ customerId }), authored);
      case 'invalid':
        throw policyMistakes(setting.mistakes);
      case 'not-found':
        return authored('not-found');
    }
  });

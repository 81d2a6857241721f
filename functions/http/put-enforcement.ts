import type { HttpHandler } from '@azure/functions';
import type { ReadEnforcement } from '../../shared/application/read-policies.ts';
import type { SetEnforcement } from '../../shared/application/set-enforcement.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { customerAnswer, customerIdParameter } from '../../shared/http/customer-answer.ts';
import { httpHandler, type HttpTools } from '../../shared/http/http-handler.ts';
import { readJson, readParameter } from '../../shared/http/read-request.ts';
import { enforcementBody } from '../../shared/http/request-bodies.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  setEnforcement: SetEnforcement;
  readEnforcement: ReadEnforcement;
}

export const putEnforcementHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { personId: decidedBy } = await parts.authentication.person(request, 'Policies.Manage');
    const customerId = readParameter(request, 'customerId', customerIdParameter);
    const { appVersion, ...asked } = await readJson(request, enforcementBody);

    const setting = await parts.setEnforcement({
      ...asked,
      customerId,
      decidedBy,
      ...(appVersion !== undefined && { appVersion }),
    });
    switch (setting.kind) {
      case 'changed':
      case 'unchanged':
        return customerAnswer(await parts.readEnforcement({ customerId }), authored);
      case 'not-found':
        return authored('not-found');
    }
  });

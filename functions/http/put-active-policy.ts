import type { HttpHandler } from '@azure/functions';
import type { PublishPolicy } from '../../shared/application/publish-policy.ts';
import type { ReadActivePolicy } from '../../shared/application/read-policies.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { httpHandler, json, type HttpTools } from '../../shared/http/http-handler.ts';
import { policyMistakes } from '../../shared/http/policy-mistakes.ts';
import { readJson } from '../../shared/http/read-request.ts';
import { activePolicyBody } from '../../shared/http/request-bodies.ts';

interface Parts extends HttpTools {
  authentication: Authentication;
  publishPolicy: PublishPolicy;
  readActivePolicy: ReadActivePolicy;
}

export const putActivePolicyHandler = (parts: Parts): HttpHandler =>
  httpHandler(parts, async (request, authored) => {
    const { personId: publishedBy } = await parts.authentication.person(request, 'Policies.Manage');
    const { policy: document, reason, previousHash } = await readJson(request, activePolicyBody);

    const publication = await parts.publishPolicy({
      document,
      publishedBy,
      reason,
      ...(previousHash !== undefined && { previousHash }),
    });
    switch (publication.kind) {
      case 'published':
        return json(200, await parts.readActivePolicy());
      case 'invalid':
        throw policyMistakes(publication.mistakes);
      case 'policy-changed':
        return authored('policy-changed');
    }
  });

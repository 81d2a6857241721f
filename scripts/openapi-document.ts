// The HTTP API as an OpenAPI 3.1 document. Bodies of requests and the list of problems come from the code that serves
// them; the journeys hold every answer of the running app against the rest.

import * as z from 'zod';
import { patternNames } from '../shared/domain/patterns/pattern-names.ts';
import { problems, type ProblemCode } from '../shared/http/problem.ts';
import {
  activePolicyBody,
  completionReport,
  customerPolicyBody,
  enforcementBody,
  resetBody,
  sessionFields,
} from '../shared/http/request-bodies.ts';

const outcome = z.enum(['real', 'spoof', 'uncertain', 'technical']);
const retryAt = z.iso.datetime();

const attempt = z.strictObject({
  attemptId: z.int().min(1),
  outcome,
  reason: z.string().optional().describe('`mismatch`, `integrity`, or the error code that Face gave.'),
});

const policyView = {
  policy: z.record(z.string(), z.unknown()).describe('Every number that holds.'),
  policyHash: z.string().describe('SHA-256 of the canonical JSON of `policy`; receipts carry it.'),
  budget: z.int().min(0).describe('Judged failures that the policy permits in its window.'),
};
const changes = z
  .array(
    z.strictObject({
      number: z.int().min(1),
      at: z.iso.datetime(),
      by: z.string(),
      reason: z.string(),
      change: z.looseObject({ kind: z.string(), policyHash: z.string() }),
      previousHash: z.string().optional().describe('The hash of the entry before; absent in the first.'),
      hash: z.string().describe('SHA-256 of the canonical JSON of the rest of the entry.'),
    }),
  )
  .describe('The newest entries of the audit, newest first.');
const ownDocument = z.record(z.string(), z.unknown()).describe('As its author wrote it.');

const answers = {
  IssuedSession: z.strictObject({
    sessionId: z.string(),
    correlationId: z.uuid(),
    authToken: z.string().describe('For the Face client SDK. Stored nowhere: it cannot be had again.'),
    expiresAt: z.iso.datetime(),
    attemptsAllowed: z.int().min(1).describe('Tries that the token is good for.'),
    remainingAttempts: z.int().min(0).describe('Judged tries left in the budget beside those of this token.'),
    lockOutProtection: z
      .enum(['on', 'off'])
      .describe('`off` without a device id: then others who try for this end user can use up the tries.'),
  }),
  Completion: z.strictObject({
    decision: z.enum(['passed', 'not-passed']),
    reason: z.enum([
      'live',
      'mismatch',
      'not-live',
      'not-certain',
      'integrity',
      'technical',
      'no-attempt',
      'no-result',
    ]),
    nextAction: z.enum(['proceed', 'retry-now', 'retry-later', 'use-alternative', 'contact-support']),
    retryAt: retryAt.optional(),
    remainingAttempts: z.int().min(0),
    attempts: z.array(attempt),
    verify: z.strictObject({ isIdentical: z.boolean(), matchConfidence: z.number().min(0).max(1) }).optional(),
  }),
  NoResultYet: z.strictObject({ status: z.literal('no-result-yet') }),
  Session: z.strictObject({
    sessionId: z.string(),
    correlationId: z.uuid(),
    kind: z.enum(['liveness', 'liveness-with-verify']),
    state: z.enum(['open', 'expired', 'closed']),
    expiresAt: z.iso.datetime(),
    attemptsAllowed: z.int().min(1),
    attempts: z.array(attempt),
  }),
  Correlation: z.strictObject({
    correlationId: z.uuid(),
    status: z.enum(['active', 'paused', 'flagged', 'retired']),
    scope: z
      .enum(['correlation', 'device'])
      .optional()
      .describe('Of a pause or a flag: `device` concerns only devices on which this end user has not passed before.'),
    remainingAttempts: z.int().min(0),
    nextAllowedAt: z.iso.datetime().optional(),
  }),
  Flag: z.strictObject({
    flagId: z.uuid(),
    correlationId: z.uuid(),
    customerId: z.string(),
    verdict: z.looseObject({
      kind: z.enum(['flagged', 'paused']),
      scope: z.enum(['correlation', 'device']),
      pattern: z.enum(patternNames),
      statistic: z.number(),
      limit: z.number(),
    }),
    reasons: z.array(z.string()),
    caseKey: z.string(),
    incidentId: z.string().optional(),
    at: z.iso.datetime(),
    receipt: z.looseObject({ hash: z.string() }).describe('What `npm run verify-receipt` recomputes.'),
  }),
  Reset: z.strictObject({
    status: z.enum(['reset', 'under-way']),
    correlationId: z.uuid().describe('The new one.'),
  }),
  ActivePolicy: z.strictObject({ document: ownDocument, ...policyView, changes }),
  CustomerPolicy: z.strictObject({
    customerId: z.string(),
    document: ownDocument.nullable().describe('What the customer has of its own; null: nothing.'),
    ...policyView,
    changes,
  }),
  Enforcement: z.strictObject({
    customerId: z.string(),
    enforced: z.boolean().describe('Of an app whose version is not named under `off`.'),
    mode: z.enum(['enforce', 'audit']).describe('Of the policy.'),
    off: z.array(z.strictObject({ until: z.iso.datetime(), appVersion: z.string().optional() })),
    changes,
  }),
  Status: z.strictObject({
    checkedAt: z.iso.datetime(),
    dependencies: z.record(
      z.string(),
      z.union([
        z.strictObject({ state: z.literal('up') }),
        z.strictObject({ state: z.literal('down'), advice: z.string() }),
      ]),
    ),
    sweeps: z.record(z.string(), z.strictObject({ lastRanAt: z.iso.datetime().optional() })),
  }),
  Health: z.strictObject({ status: z.literal('up') }),
  Problem: z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    nextAction: z.enum(['correct-request', 'retry-now', 'retry-later', 'use-alternative', 'contact-support']),
    requestId: z.string(),
    retryAt: retryAt.optional(),
    alternativePath: z.string().optional(),
    errors: z
      .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe('JSON pointers into the body, or `header:NAME`, `path:/NAME`.'),
  }),
};

const requests = {
  SessionRequest: sessionFields,
  CompletionReport: completionReport,
  ResetRequest: resetBody,
  ActivePolicyRequest: activePolicyBody,
  CustomerPolicyRequest: customerPolicyBody,
  EnforcementRequest: enforcementBody,
};

type Name = keyof typeof answers | keyof typeof requests;

const ref = (name: Name): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const jsonSchema = (schema: z.ZodType): object => {
  const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    // A format says what its long pattern says.
    override: ({ jsonSchema: part }) => {
      if (part.format !== undefined) delete part.pattern;
    },
  });
  return plain;
};

const answer = (name: keyof typeof answers, description: string): object => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
});

/** Problems by status, each with the codes it can have here. */
const refusals = (...codes: ProblemCode[]): Record<string, object> => {
  const everywhere: ProblemCode[] = ['unavailable', 'internal'];
  const byStatus = Map.groupBy([...codes, ...everywhere], (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${problems[code].detail}`).join('\n\n'),
        content: { 'application/problem+json': { schema: ref('Problem') } },
        ...([429, 503].includes(status) && {
          headers: { 'retry-after': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } },
        }),
      },
    ]),
  );
};

const byApplication = { security: [{ application: ['Sessions.Issue'] }] };
const byPerson = (scope: string) => ({ security: [{ person: [scope] }] });
const body = (name: keyof typeof requests, required: boolean) => ({
  requestBody: { required, content: { 'application/json': { schema: ref(name) } } },
});
const parameter = (name: string): object => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Kept for 24 hours. A repetition gets a fresh token in place of the first, unless that is being used.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

const issuing = {
  ...byApplication,
  parameters: [idempotencyKey],
  responses: {
    '201': {
      ...answer('IssuedSession', 'A token.'),
      headers: {
        location: { schema: { type: 'string' } },
        'idempotency-replayed': { description: 'Only on a repetition.', schema: { const: 'true' } },
      },
    },
    ...refusals(
      'invalid-request',
      'bad-image',
      'unauthenticated',
      'forbidden',
      'not-onboarded',
      'correlation-flagged',
      'paused',
      'device-not-familiar',
      'exposure-budget',
      'customer-not-eligible',
      'request-in-progress',
      'session-in-progress',
      'body-too-large',
      'unsupported-media-type',
      'key-reused',
      'wait',
      'customer-quota',
      'service-busy',
    ),
  },
};

const withImage = {
  allOf: [ref('SessionRequest')],
  properties: { verifyImage: { description: '1 KB to 6 MB, with exactly one face.' } },
  required: ['verifyImage'],
};

const session = '/api/v1/liveness-sessions/{sessionId}';
const correlation = '/api/v1/correlations/{correlationId}';
const customer = '/api/v1/customers/{customerId}';
const asked = ['invalid-request', 'unauthenticated', 'forbidden'] as const;

export const openApiDocument = (): object => ({
  openapi: '3.1.0',
  info: {
    title: 'Liveness Abuse Monitor',
    version: '1',
    description: 'Tokens for Azure AI Face liveness sessions, bound to a temporary id for each end user.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  paths: {
    '/api/v1/liveness-sessions': {
      post: {
        operationId: 'createLivenessSession',
        summary: 'Asks for a token',
        ...issuing,
        ...body('SessionRequest', true),
      },
    },
    '/api/v1/liveness-with-verify-sessions': {
      post: {
        operationId: 'createLivenessWithVerifySession',
        summary: 'Asks for a token of a check that compares the face with an image',
        ...issuing,
        requestBody: { required: true, content: { 'multipart/form-data': { schema: withImage } } },
      },
    },
    [session]: {
      parameters: [parameter('sessionId')],
      get: {
        operationId: 'getLivenessSession',
        summary: 'Shows a session',
        ...byApplication,
        responses: { '200': answer('Session', 'The session.'), ...refusals(...asked, 'not-onboarded', 'not-found') },
      },
      delete: {
        operationId: 'deleteLivenessSession',
        summary: 'Gives a session up; what it had is counted first',
        ...byApplication,
        responses: { '204': { description: 'Closed.' }, ...refusals(...asked, 'not-onboarded', 'not-found') },
      },
    },
    [`${session}/completion`]: {
      parameters: [parameter('sessionId')],
      post: {
        operationId: 'completeLivenessSession',
        summary: 'Says that the device has finished, and learns what to do next',
        ...byApplication,
        ...body('CompletionReport', false),
        responses: {
          '200': answer('Completion', 'The same when it is repeated.'),
          '202': answer('NoResultYet', 'Ask again after Retry-After.'),
          ...refusals(...asked, 'not-onboarded', 'not-found', 'body-too-large', 'unsupported-media-type'),
        },
      },
    },
    [correlation]: {
      parameters: [parameter('correlationId')],
      get: {
        operationId: 'getCorrelation',
        summary: 'Shows what is left for an end user',
        ...byApplication,
        responses: {
          '200': answer('Correlation', 'Never the score, nor the rule.'),
          ...refusals(...asked, 'not-onboarded', 'not-found'),
        },
      },
    },
    [`${correlation}/flags/{flagId}`]: {
      parameters: [parameter('correlationId'), parameter('flagId')],
      get: {
        operationId: 'getFlag',
        summary: 'Shows a flag or pause with its receipt',
        ...byPerson('Cases.Review'),
        responses: { '200': answer('Flag', 'As it was found.'), ...refusals(...asked, 'not-found') },
      },
    },
    [`${correlation}/reset`]: {
      parameters: [parameter('correlationId')],
      post: {
        operationId: 'resetCorrelation',
        summary: 'Gives an end user a new correlation id; what counted goes on counting',
        ...byPerson('Cases.Review'),
        ...body('ResetRequest', true),
        responses: {
          '200': answer('Reset', 'Done.'),
          '202': answer('Reset', 'Open sessions are being collected first.'),
          ...refusals(...asked, 'not-found', 'needs-review', 'body-too-large', 'unsupported-media-type'),
        },
      },
    },
    '/api/v1/policies/active': {
      get: {
        operationId: 'getActivePolicy',
        summary: 'Shows the policy that holds for every customer',
        ...byPerson('Policies.Manage'),
        responses: { '200': answer('ActivePolicy', 'As it is stored now.'), ...refusals(...asked) },
      },
      put: {
        operationId: 'putActivePolicy',
        summary: 'Publishes a policy; everywhere in force within 30 seconds',
        ...byPerson('Policies.Manage'),
        ...body('ActivePolicyRequest', true),
        responses: {
          '200': answer('ActivePolicy', 'Active. The same again changes nothing.'),
          ...refusals(...asked, 'policy-changed', 'body-too-large', 'unsupported-media-type'),
        },
      },
    },
    [`${customer}/policy`]: {
      parameters: [parameter('customerId')],
      get: {
        operationId: 'getCustomerPolicy',
        summary: 'Shows the policy that holds for a customer',
        ...byPerson('Policies.Manage'),
        responses: { '200': answer('CustomerPolicy', 'As it is stored now.'), ...refusals(...asked, 'not-found') },
      },
      put: {
        operationId: 'putCustomerPolicy',
        summary: 'Lays something of its own over the active policy, for one customer',
        ...byPerson('Policies.Manage'),
        ...body('CustomerPolicyRequest', true),
        responses: {
          '200': answer('CustomerPolicy', 'In force within 30 seconds. The same again changes nothing.'),
          ...refusals(...asked, 'not-found', 'body-too-large', 'unsupported-media-type'),
        },
      },
    },
    [`${customer}/enforcement`]: {
      parameters: [parameter('customerId')],
      get: {
        operationId: 'getEnforcement',
        summary: 'Shows whether what is found blocks anybody at a customer',
        ...byPerson('Policies.Manage'),
        responses: { '200': answer('Enforcement', 'As it is stored now.'), ...refusals(...asked, 'not-found') },
      },
      put: {
        operationId: 'putEnforcement',
        summary: 'Turns blocking off for a time, or on again; budgets and suspensions hold all the same',
        ...byPerson('Policies.Manage'),
        ...body('EnforcementRequest', true),
        responses: {
          '200': answer('Enforcement', 'In force within 30 seconds, and announced as an event.'),
          ...refusals(...asked, 'not-found', 'body-too-large', 'unsupported-media-type'),
        },
      },
    },
    '/api/v1/status': {
      get: {
        operationId: 'getStatus',
        summary: 'Shows dependencies and sweeps',
        ...byPerson('Audit.Read'),
        responses: { '200': answer('Status', 'Not older than 15 seconds.'), ...refusals(...asked) },
      },
    },
    '/api/health': {
      get: {
        operationId: 'getHealth',
        summary: 'The process answers',
        security: [],
        responses: { '200': answer('Health', 'Up.') },
      },
    },
  },
  components: {
    schemas: Object.fromEntries(
      Object.entries({ ...requests, ...answers }).map(([name, schema]) => [name, jsonSchema(schema)]),
    ),
    securitySchemes: {
      application: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'Access token of a client application (Microsoft Entra, version 2.0, client credentials).',
      },
      person: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'Access token of a person of the operator (Microsoft Entra, version 2.0).',
      },
    },
  },
});

// What is wrong with an answer, whatever was asked: a list of sentences, empty when all is well.

import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import openapi from '../../docs/openapi.json' with { type: 'json' };
import { problems, type ProblemCode } from '../../shared/http/problem.ts';
import { undocumented } from '../journeys/openapi.ts';
import { leaksIn, type Secret, secretsIn } from './leaks.ts';
import { SECRET } from './odd-texts.ts';
import type { Operation, Schema } from './operations.ts';
import type { RawAnswer, RawRequest } from './send-request.ts';

export interface Asked {
  operation: Operation;
  /** As it was sent, ids put in. */
  request: RawRequest;
  mayStopBefore: boolean;
  /** The caller has the right that the operation asks for. */
  isPermitted: boolean;
  /** What no refusal may tell: keys, tokens, ids. */
  secrets: readonly Secret[];
  /** What no answer may tell this caller, not even a good one. */
  keptFromCaller: readonly Secret[];
}

interface ProblemBody {
  type?: unknown;
  title?: unknown;
  status?: unknown;
  detail?: unknown;
  code?: unknown;
  requestId?: unknown;
  errors?: { pointer?: unknown; detail?: unknown }[];
}

const JSON_LIMIT_BYTES = 64 * 1024;
const INVOCATION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const ajv = addFormats.default(new Ajv2020({ strict: false }));
ajv.addSchema(openapi, 'api');

export const judgeAnswer = (asked: Asked, answer: RawAnswer): string[] => {
  const { operation, request, mayStopBefore, isPermitted, keptFromCaller } = asked;
  const stoppedBefore = answer.text === '' && answer.headers['content-type'] === undefined;
  if (stoppedBefore && mayStopBefore) return answer.status < 500 ? [] : [`the platform answers ${answer.status}`];
  if (request.method !== operation.method) return stoppedBefore ? [] : ['another method than the offered is served'];

  const { status } = answer;
  const body = parsed(answer.text);
  const contentType = answer.headers['content-type'];
  const [path = ''] = request.target.split('?');
  const mistake = undocumented(operation.method, path, { status, contentType, body });
  return [
    ...(status >= 500 && status !== 503 ? [`answers ${status}`] : []),
    ...(status === 503 ? ['answers 503 with every dependency up'] : []),
    ...(isPermitted || status === 401 || status === 403 ? [] : [`answers ${status} to a caller without the right`]),
    ...(mistake === undefined ? [] : [mistake]),
    ...(status >= 400
      ? judgeProblem(asked, answer, body as ProblemBody | undefined)
      : secretsIn(answer.text, keptFromCaller)),
    ...judgeHeaders(answer, keptFromCaller),
    ...judgeAgreement(asked, status, body as ProblemBody | undefined),
  ];
};

const judgeProblem = ({ request, operation, secrets }: Asked, answer: RawAnswer, body?: ProblemBody): string[] => {
  if (answer.headers['content-type'] !== 'application/problem+json' || body === undefined) {
    return [`answers ${answer.status} without a problem document`];
  }
  const authored = problems[body.code as ProblemCode] as (typeof problems)[ProblemCode] | undefined;
  const isAuthored =
    body.type === `urn:liveness-abuse-monitor:problem:${String(body.code)}` &&
    body.title === authored?.title &&
    body.detail === authored?.detail &&
    body.status === authored?.status &&
    body.status === answer.status;
  return [
    ...(isAuthored ? [] : ['the problem is not as it was authored']),
    ...(INVOCATION_ID.test(String(body.requestId)) ? [] : ['the problem has no request id']),
    ...judgePointers(request, operation, body),
    ...leaksIn(withoutEchoes(answer.text, body), [['what was sent', SECRET], ...secrets]),
  ];
};

const judgeHeaders = ({ status, headers, text }: RawAnswer, keptFromCaller: readonly Secret[]): string[] => [
  ...([202, 429, 503].includes(status) && headers['retry-after'] === undefined
    ? [`${status} without Retry-After`]
    : []),
  ...(status === 401 && headers['www-authenticate'] !== 'Bearer' ? ['401 without WWW-Authenticate'] : []),
  ...(text !== '' && headers['cache-control'] !== 'no-store' ? ['the answer may be kept on the way'] : []),
  ...leaksIn(Object.values(headers).join('\n'), keptFromCaller),
];

const judgePointers = (request: RawRequest, { body: offered }: Operation, body: ProblemBody): string[] => {
  if (body.code !== 'invalid-request') return [];
  const errors = body.errors ?? [];
  const sent = jsonOf(request);
  const isObject = offered?.kind !== 'form' && typeof sent === 'object' && sent !== null && !Array.isArray(sent);
  const names = isObject ? [...Object.keys(sent), ...(offered === undefined ? [] : namesIn(offered.schema))] : [];
  const known = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const isPlace = (pointer: string): boolean =>
    /^(header|path):/.test(pointer) || known.some((name) => pointer === name || pointer.startsWith(`${name}/`));
  return [
    ...(errors.length === 0 ? ['400 names no field'] : []),
    ...errors
      .filter(({ detail }) => !/^\S.*\.$/s.test(String(detail)))
      .map(({ detail }) => `"${String(detail)}" is no sentence`),
    ...(isObject ? errors.map(({ pointer }) => String(pointer)).filter((pointer) => !isPlace(pointer)) : []).map(
      (pointer) => `"${pointer}" is no place in the request`,
    ),
  ];
};

const namesIn = ({ properties = {}, anyOf = [], oneOf = [] }: Schema): string[] => [
  ...Object.keys(properties),
  ...[...anyOf, ...oneOf].flatMap(namesIn),
];

/** The document and the app permit the same bodies. What a policy says is checked against more than its schema. */
const judgeAgreement = ({ operation, request }: Asked, status: number, body?: ProblemBody): string[] => {
  if (operation.body?.kind !== 'json') return [];
  const sent = jsonOf(request);
  if (sent === undefined) return status < 300 ? ['accepted a body that is no JSON'] : [];
  const described = openapi.paths[operation.path as keyof typeof openapi.paths] as unknown as Record<
    string,
    { requestBody: { content: { 'application/json': { schema: { $ref: string } } } } }
  >;
  const { $ref } = described[operation.method.toLowerCase()]!.requestBody.content['application/json'].schema;
  const isPermitted = ajv.validate({ $ref: `api${$ref}` }, sent);
  if (!isPermitted && status < 300) return [`accepted what the document refuses: ${ajv.errorsText()}`];
  const pointers = body?.code === 'invalid-request' ? (body.errors ?? []).map(({ pointer }) => String(pointer)) : [];
  const wrongly = isPermitted ? pointers.filter((pointer) => !/^(header|path):|^\/policy/.test(pointer)) : [];
  return wrongly.map((pointer) => `refused "${pointer}", which the document permits`);
};

/** Undefined when it is no JSON, or is not called so. Nothing at all stands for an object without members. */
const jsonOf = ({ headers, body, framing }: RawRequest): unknown => {
  // The platform throws a body away that comes in chunks.
  if (body === undefined || body.length === 0 || framing === 'chunked') return {};
  const types = headers.filter(([name]) => name === 'content-type').map(([, value]) => value);
  const isCalledJson = /^application\/json *($|;)/i.test(types.join(', '));
  if (!isCalledJson || body.length > JSON_LIMIT_BYTES) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
};

/**
 * The names of unknown fields are told back, for they are what the caller has to correct, and so are the values of a
 * policy: its author is one of the operator's own.
 */
const withoutEchoes = (text: string, { errors = [] }: ProblemBody): string =>
  errors
    .flatMap(({ pointer, detail }) => (String(pointer).startsWith('/policy') ? [pointer, detail] : [pointer]))
    .reduce<string>((rest, echo) => rest.replace(JSON.stringify(echo), () => '""'), text);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

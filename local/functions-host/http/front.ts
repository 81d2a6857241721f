// From a request to an answer: limits, the platform's own endpoints, route, key, body, function.

import type { HostConfig } from '../host-json.ts';
import type { HostedFunction, HttpTrigger } from '../functions.ts';
import type { InvocationInput, Outcome } from '../invoke.ts';
import { within } from '../real-time.ts';
import { emptyAnswer, toHttpAnswer, toHttpRequestData } from '../shapes/http.ts';
import type { HttpAnswer } from '../shapes/http.ts';
import { traceFrom } from '../trace.ts';
import { isMaster, mayCall } from './keys.ts';
import type { Keys } from './keys.ts';
import { Limiter } from './limiter.ts';
import { applyPrincipal } from './principal.ts';
import type { Principal } from './principal.ts';
import { compareRoutes, matchRoute } from './route.ts';
import type { Answerer, WireRequest } from './server.ts';

const MAX_BODY_BYTES = 100 * 1024 * 1024;
const MAX_URL_LENGTH = 8192;
const MAX_QUERY_LENGTH = 4096;
/** The platform's load balancer gives up on a request that has no answer by then. */
const MAX_RESPONSE_MS = 230_000;

export interface FrontOptions {
  functions: readonly HostedFunction<HttpTrigger>[];
  config: HostConfig['http'];
  keys: Keys | undefined;
  principal: Principal;
  /** Where we are, for a request without a Host header. */
  authority: string;
  invoke: (fn: HostedFunction, input: InvocationInput) => Promise<Outcome>;
  /** Starts any function by its name, without waiting; false when there is none. */
  startByName: (name: string, input: string) => boolean;
}

export const makeFront = (options: FrontOptions): Answerer => {
  const { config } = options;
  const routes = [...options.functions].sort((a, b) => compareRoutes(a.trigger.route, b.trigger.route));
  const limiter = new Limiter(config.maxConcurrentRequests, config.maxOutstandingRequests);

  const route = async (request: WireRequest): Promise<HttpAnswer> => {
    if (!isHost(request.headers.host)) return emptyAnswer(400);
    const [path = '', query = ''] = splitOnce(request.target, '?');
    if (request.target.length > MAX_URL_LENGTH || query.length > MAX_QUERY_LENGTH) return emptyAnswer(414);
    if (path === '/' && request.method === 'GET') return emptyAnswer(204);
    const key = presentedKey(request, query);
    if (path.toLowerCase().startsWith('/admin/')) return answerAdmin(request, path, key, options);

    const found = findFunction(routes, request.method, path);
    if (found === undefined) return emptyAnswer(404);
    const { fn, params } = found;
    if (fn.disabled && !(options.keys !== undefined && isMaster(options.keys, key))) return emptyAnswer(404);
    if (!mayCall(options.keys, key, fn.trigger.authLevel, fn.name)) return emptyAnswer(401);

    const answer = await limiter.run(() => answerByFunction(request, fn, params, options));
    return answer ?? emptyAnswer(429);
  };

  return async (request) => {
    const answer = await route(request);
    return { ...answer, headers: withCustomHeaders(answer.headers, config.customHeaders) };
  };
};

const answerByFunction = async (
  request: WireRequest,
  fn: HostedFunction<HttpTrigger>,
  params: Record<string, string>,
  { invoke, principal, authority }: FrontOptions,
): Promise<HttpAnswer> => {
  const body = await request.readBody(MAX_BODY_BYTES);
  if (body === undefined) return emptyAnswer(413);
  const http = toHttpRequestData({
    method: request.method,
    url: `http://${request.headers.host ?? authority}${request.target}`,
    headers: applyPrincipal(request.headers, principal),
    params,
    body,
  });
  const trace = traceFrom(request.headers.traceparent, request.headers.tracestate);
  const result = await within(MAX_RESPONSE_MS, invoke(fn, { data: { http }, trace }));
  if (!result.inTime) return emptyAnswer(504);
  const outcome = result.value;
  return outcome.ok ? toHttpAnswer(outcome.response.returnValue) : emptyAnswer(500);
};

const answerAdmin = async (
  request: WireRequest,
  path: string,
  key: string | undefined,
  { keys, startByName }: FrontOptions,
): Promise<HttpAnswer> => {
  if (!isMaster(keys, key)) return emptyAnswer(401);
  if (request.method === 'GET' && path.toLowerCase() === '/admin/host/status') {
    return {
      ...emptyAnswer(200),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(JSON.stringify({ state: 'Running' })),
    };
  }
  const name = /^\/admin\/functions\/([^/]+)$/i.exec(path)?.[1];
  if (request.method !== 'POST' || name === undefined) return emptyAnswer(404);
  const input = readAdminInput(await request.readBody(MAX_BODY_BYTES));
  if (input === undefined) return emptyAnswer(400);
  return emptyAnswer(startByName(name, input) ? 202 : 404);
};

/** `{ "input": ... }`: a text, or anything else as JSON; an empty body is an empty input. */
const readAdminInput = (body: Uint8Array | undefined): string | undefined => {
  try {
    const text = Buffer.from(body ?? []).toString();
    const { input = '' } = (text === '' ? {} : JSON.parse(text)) as { input?: unknown };
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
};

/** The platform's server lets through nothing else; the library could make no URL of it. */
const isHost = (host: string | undefined): boolean =>
  host === undefined || (/^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i.test(host) && URL.canParse(`http://${host}`));

const findFunction = (
  routes: readonly HostedFunction<HttpTrigger>[],
  method: string,
  path: string,
): { fn: HostedFunction<HttpTrigger>; params: Record<string, string> } | undefined => {
  for (const fn of routes) {
    if (!fn.trigger.methods.includes(method)) continue;
    const params = matchRoute(fn.trigger.route, path);
    if (params !== undefined) return { fn, params };
  }
  return undefined;
};

const presentedKey = (request: WireRequest, query: string): string | undefined => {
  const header = request.headers['x-functions-key'];
  if (header !== undefined) return splitOnce(header, ',')[0];
  return new URLSearchParams(query).get('code') ?? undefined;
};

const withCustomHeaders = (headers: Record<string, string>, custom: Record<string, string>): Record<string, string> => {
  const present = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const added = Object.entries(custom).filter(([name]) => !present.has(name.toLowerCase()));
  return { ...headers, ...Object.fromEntries(added) };
};

const splitOnce = (text: string, separator: string): string[] => {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
};

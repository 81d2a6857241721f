// Routes of the standalone server for whoever plays with it: what it counted, faults, and its clock. Loopback only,
// without authorization.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ShiftableClock } from '../clock.ts';
import { type FaultRule, faultRuleProblem, type Faults } from './faults.ts';
import { isObject, type Json, parseJson } from './json.ts';
import type { Inspection } from './service.ts';

interface Controlled {
  faults: Faults;
  inspect: () => Inspection;
}

interface Reply {
  status: number;
  body: unknown;
}

const prefix = '/_local/';

/** Answers whether the request was one of these. */
export const controlRoutes =
  (controlled: () => Controlled, clock: ShiftableClock) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url?.startsWith(prefix) !== true) return false;
    readJson(request)
      .then((body) => reply(`${request.method ?? ''} ${request.url ?? ''}`, body, controlled(), clock))
      .catch((error: unknown) => refused((error as Error).message))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      })
      .catch(() => response.destroy());
    return true;
  };

const reply = (route: string, body: Json, { faults, inspect }: Controlled, clock: ShiftableClock): Reply => {
  switch (route) {
    case 'GET /_local/inspect':
      return { status: 200, body: inspect() };
    case 'PUT /_local/faults':
      return replaceFaults(body, faults);
    case 'DELETE /_local/faults':
      faults.clear();
      return { status: 200, body: { rules: 0 } };
    case 'POST /_local/clock':
      return moveClock(body, clock);
    default:
      return { status: 404, body: { message: `There is no control route ${route}.` } };
  }
};

const replaceFaults = (body: Json, faults: Faults): Reply => {
  const rules = isObject(body) ? body.rules : undefined;
  const seed = isObject(body) ? (body.seed ?? 1) : undefined;
  if (!Array.isArray(rules) || typeof seed !== 'number') return refused('Send { "seed": 1, "rules": [...] }.');
  const problem = rules.map(faultRuleProblem).find((text) => text !== undefined);
  if (problem !== undefined) return refused(problem);
  faults.clear();
  faults.seed(seed);
  rules.forEach((rule) => faults.add(rule as FaultRule));
  return { status: 200, body: { rules: rules.length } };
};

const moveClock = (body: Json, clock: ShiftableClock): Reply => {
  const ms = isObject(body) ? body.advanceMs : undefined;
  if (typeof ms !== 'number' || ms < 0) return refused('Send { "advanceMs": n }; the clock only goes forward.');
  clock.advance(ms);
  return { status: 200, body: { now: clock.now().toISOString() } };
};

const refused = (message: string): Reply => ({ status: 400, body: { message } });

const readJson = async (request: IncomingMessage): Promise<Json> => {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString('utf8');
  return text === '' ? null : parseJson(text);
};

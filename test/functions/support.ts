// Calls a handler as the platform does: a request of its library, an invocation, and what the app answered.

import { HttpRequest, InvocationContext, type HttpHandler, type HttpResponseInit } from '@azure/functions';
import type { Log } from '../../shared/application/ports.ts';
import type { Authentication } from '../../shared/http/authenticate.ts';
import { Denied } from '../../shared/http/errors.ts';
import { heldClock } from '../support/held-clock.ts';

export const invocationId = '11111111-2222-4333-8444-555555555555';

export interface HandlerAnswer {
  status: number | undefined;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

export interface Asked {
  method?: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export const ask = async (handler: HttpHandler, asked: Asked = {}): Promise<HandlerAnswer> => {
  const { method = 'POST', params = {}, headers = {}, body } = asked;
  const request = new HttpRequest({
    method,
    url: 'http://localhost/api',
    params,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? { string: body } : { bytes: body } }),
  });
  const answer = (await handler(request, new InvocationContext({ invocationId }))) as HttpResponseInit;
  return {
    status: answer.status,
    headers: (answer.headers ?? {}) as Record<string, string>,
    body: typeof answer.body === 'string' ? (JSON.parse(answer.body) as Record<string, unknown>) : {},
  };
};

export const caller = { clientKey: 'tenant-1:client-1', customerId: 'contoso' };
export const person = { personId: 'tenant-1:reviewer' };

/** Lets everybody in, or nobody. */
export const authentication = (denied?: Denied['code']): Authentication => ({
  application: () => (denied === undefined ? Promise.resolve(caller) : Promise.reject(new Denied(denied))),
  person: () => (denied === undefined ? Promise.resolve(person) : Promise.reject(new Denied(denied))),
});

export interface KeptLog extends Log {
  lines: { level: string; event: string; told: unknown }[];
}

export const keptLog = (): KeptLog => {
  const lines: KeptLog['lines'] = [];
  return {
    lines,
    info: (event, facts) => lines.push({ level: 'info', event, told: facts }),
    warn: (event, facts) => lines.push({ level: 'warn', event, told: facts }),
    error: (event, error, facts) => lines.push({ level: 'error', event, told: { error, ...facts } }),
  };
};

export const tools = () => ({ clock: heldClock(), log: keptLog(), authentication: authentication() });

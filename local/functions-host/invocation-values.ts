// Between the values a caller of the host sees and those of an invocation.

import type { HostedFunction } from './functions.ts';
import type { HttpInput, InvocationInput as GivenInput, InvocationResult, TimerInput } from './host-options.ts';
import { matchRoute } from './http/route.ts';
import type { InvocationInput, Outcome } from './invoke.ts';
import { describeError } from './log.ts';
import type { OutputData } from './rpc.ts';
import { toMessageInvocation } from './service-bus/message-invocation.ts';
import { toHttpAnswer, toHttpRequestData } from './shapes/http.ts';
import type { ServiceBusMessageInput } from './shapes/service-bus.ts';
import { toTimerData } from './shapes/timer.ts';
import { traceFrom } from './trace.ts';

export const toInvocationInput = (fn: HostedFunction, input: GivenInput = {}): InvocationInput => {
  const { trigger } = fn;
  switch (trigger.kind) {
    case 'http': {
      const { method = trigger.methods[0] ?? 'GET', url = '/', headers = {}, body } = input as HttpInput;
      const absolute = /^https?:\/\//.test(url) ? url : `http://localhost${url}`;
      const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const http = toHttpRequestData({
        method,
        url: absolute,
        headers: Object.fromEntries(lowerCased),
        params: matchRoute(trigger.route, new URL(absolute).pathname) ?? {},
        body: typeof body === 'string' ? Buffer.from(body) : body,
      });
      return { data: { http }, trace: traceFrom(headers.traceparent, headers.tracestate) };
    }
    case 'timer':
      return { data: toTimerData(null, (input as TimerInput).isPastDue ?? false), trace: traceFrom(undefined) };
    case 'service-bus':
      return toMessageInvocation({ ...fn, trigger }, input as ServiceBusMessageInput[]);
  }
};

export const toInvocationResult = (fn: HostedFunction, outcome: Outcome): InvocationResult => {
  const { invocationId } = outcome;
  if (!outcome.ok) return { ok: false, invocationId, error: describeError(outcome.error) };
  const { returnValue } = outcome.response;
  const result = { ok: true, invocationId, outputs: outcome.outputs } as const;
  if (fn.trigger.kind === 'http') return { ...result, response: toHttpAnswer(returnValue) };
  const value = fromOutputData(returnValue);
  return value === undefined ? result : { ...result, returnValue: value };
};

const fromOutputData = (data: OutputData | null | undefined): unknown => {
  if (data === null || data === undefined) return undefined;
  return data.json === undefined ? (data.string ?? data.bytes ?? data.int ?? data.double) : JSON.parse(data.json);
};

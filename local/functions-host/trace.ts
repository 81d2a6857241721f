import { randomBytes } from 'node:crypto';
import type { TraceContext } from './rpc.ts';

/** Goes on with the caller's trace under a new span, or begins a trace. */
export const traceFrom = (traceParent: string | undefined, traceState = ''): TraceContext => {
  const [, version = '00', traceId = randomBytes(16).toString('hex'), flags = '00'] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})/.exec(traceParent ?? '') ?? [];
  return {
    traceParent: `${version}-${traceId}-${randomBytes(8).toString('hex')}-${flags}`,
    traceState,
    attributes: {},
  };
};

import { createHash } from 'node:crypto';
import { makeSessionId } from '../../shared/domain/session-id.ts';
import type { TraceEvent } from '../trace.ts';

/** The event with ids as the product makes them, which are longer than those of a trace. Equal ids stay equal. */
export const inStoredForm = (event: TraceEvent): TraceEvent => {
  const correlationId = correlationIdFor(event.correlationId);
  return {
    ...event,
    correlationId,
    sessionId: sessionIdFor(correlationId, event.sessionId),
    ...(event.deviceKey !== undefined && { deviceKey: deviceKeyFor(event.deviceKey) }),
  };
};

/** A UUID. */
export const correlationIdFor = (name: string): string =>
  digestOf(name)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

export const sessionIdFor = (correlationId: string, name: string): string =>
  makeSessionId(correlationId, digestOf(name).subarray(0, 8));

/** A keyed hash, with the version of its key in front. */
export const deviceKeyFor = (name: string): string => `1.${digestOf(name).subarray(0, 16).toString('base64url')}`;

const digestOf = (name: string): Buffer => createHash('sha256').update(name).digest();

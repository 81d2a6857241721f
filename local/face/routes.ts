// Which call means what.

import { FaceError } from './face-error.ts';
import type { FaceOperation } from './faults.ts';
import type { SessionKind } from './session-store.ts';

export type Route =
  | { operation: 'create'; kind: SessionKind }
  | { operation: 'get' | 'delete'; kind: SessionKind; sessionId: string }
  | { operation: 'client'; call: 'start' }
  | { operation: 'client'; call: 'attempt'; kind: SessionKind }
  | { operation: 'client'; call: 'preflight' };

export const findRoute = (method: string, path: string): Route => {
  const [, service, version, ...rest] = path.split('/');
  if (service === 'face' && version !== 'v1.2') {
    throw notServed(`The local Face service speaks version v1.2 only, not ${version ?? 'none'}.`);
  }
  const place = rest.join('/');
  if (service === 'face') {
    if (place === 'session/start') return clientRoute(method, { operation: 'client', call: 'start' });
    const [head, sessionId, end] = rest;
    const kind = kindOf(head?.replace(/-sessions$/, ''));
    if (kind !== undefined && head?.endsWith('-sessions') === true) {
      const operation = serverOperation(method, sessionId);
      if (operation === 'create') return { operation, kind };
      if (operation !== undefined && end === undefined) return { operation, kind, sessionId: sessionId! };
    }
    if (kind !== undefined && place === `${head}/singleModal`) {
      return clientRoute(method, { operation: 'client', call: 'attempt', kind });
    }
    if (head === 'sessionImages') throw notServed('The local Face service keeps no images.');
  }
  throw notServed(`The local Face service does not serve ${method} ${path}: it has liveness sessions only.`);
};

const kindOf = (name: string | undefined): SessionKind | undefined => {
  if (name === 'detectLiveness') return 'liveness';
  if (name === 'detectLivenessWithVerify') return 'liveness-with-verify';
  return undefined;
};

const serverOperation = (
  method: string,
  sessionId: string | undefined,
): Exclude<FaceOperation, 'client'> | undefined => {
  if (sessionId === undefined) return method === 'POST' ? 'create' : undefined;
  if (method === 'GET') return 'get';
  return method === 'DELETE' ? 'delete' : undefined;
};

/** A browser asks before it calls another origin with a token. */
const clientRoute = (method: string, route: Route): Route => {
  if (method === 'OPTIONS') return { operation: 'client', call: 'preflight' };
  if (method === 'POST') return route;
  throw notServed('Calls of the client side are POST.');
};

const notServed = (message: string): FaceError => new FaceError(404, '404', message);

// The session token: a JWT shaped like the service's, with the calls it allows. Clients must treat it as opaque; the
// key that signs it is the service's own and never leaves it.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

import * as z from 'zod';

import { unauthorized } from './face-error.ts';
import type { StoredSession } from './session-store.ts';

export const issueToken = (session: StoredSession, endpoint: string, key: KeyObject): string => {
  const withVerify = session.kind === 'liveness-with-verify';
  const attemptPath = withVerify ? 'detectLivenessWithVerify/singleModal' : 'detectLiveness/singleModal';
  const header = { alg: 'HS256', kid: 'key1', typ: 'JWT' };
  const claims = {
    region: 'local',
    'product-id': 'CognitiveServices.S0',
    'allowed-paths': JSON.stringify([
      { path: 'face/v1.2/session/start', method: 'POST', quota: 1 },
      { path: `face/v1.2/${attemptPath}`, method: 'POST', quota: session.attemptsAllowed },
    ]),
    sid: session.sessionId,
    face: JSON.stringify({ endpoint, sessionType: withVerify ? 'LivenessWithVerify' : 'Liveness' }),
    aud: 'urn:ms.faceSessionToken',
    exp: Math.floor(session.tokenExpiresAt.getTime() / 1000),
    iat: Math.floor(session.createdAt.getTime() / 1000),
    iss: 'urn:ms.cognitiveservices',
  };
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${content}.${signature(content, key).toString('base64url')}`;
};

const claimsSchema = z.object({ sid: z.string() });

/** The session that a token of ours belongs to. Whether it still lives, the session knows. */
export const readToken = (token: string, key: KeyObject): string => {
  const [header = '', claims = '', signed = ''] = token.split('.');
  const [given, ours] = [Buffer.from(signed, 'base64url'), signature(`${header}.${claims}`, key)];
  const genuine = given.length === ours.length && timingSafeEqual(given, ours);
  if (!genuine) throw unauthorized('Access denied: the session token is not valid.');
  return claimsSchema.parse(JSON.parse(Buffer.from(claims, 'base64url').toString())).sid;
};

const signature = (content: string, key: KeyObject): Buffer => createHmac('sha256', key).update(content).digest();

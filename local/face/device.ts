// What the client SDK on a device does with a session token: it starts the session once, then makes attempts.

import * as z from 'zod';

import type { FaceAnswer, FaceRequest } from './exchange.ts';
import type { PresentationBody } from './presentation.ts';

export interface Token {
  endpoint: string;
  authToken: string;
  /** How the service is called; over HTTP when left out. */
  call?: (request: FaceRequest) => Promise<FaceAnswer>;
}

export interface AttemptToPlay extends PresentationBody, Token {}

export type PlayedAttempt =
  /** The client never learns the decision: it reports the digest to its own server, which asks the service. */
  | { kind: 'played'; attemptId: number; digest?: string; errorCode?: string }
  | { kind: 'refused'; status: number; code: string };

export const playAttempt = async ({ endpoint, authToken, call, ...shown }: AttemptToPlay): Promise<PlayedAttempt> => {
  const token = { endpoint, authToken, ...(call !== undefined && { call }) };
  const started = await startSession(token);
  if (started.kind === 'refused' && started.code !== 'QuotaExceeded') return started; // started by an earlier attempt

  const path = sessionTypeOf(authToken) === 'LivenessWithVerify' ? 'detectLivenessWithVerify' : 'detectLiveness';
  const answer = await post(`${path}/singleModal`, token, shown);
  if (answer.status !== 200) return refused(answer);
  const { attemptId, digest, error } = replySchema.parse(JSON.parse(answer.body));
  return {
    kind: 'played',
    attemptId,
    ...(digest !== undefined && { digest }),
    ...(error !== undefined && { errorCode: error.code }),
  };
};

export type StartedSession = { kind: 'started' } | Extract<PlayedAttempt, { kind: 'refused' }>;

/** Only starts: a person who then gives up, or whose attempt is still under way. */
export const startSession = async (token: Token): Promise<StartedSession> => {
  const answer = await post('session/start', token, {});
  return answer.status === 200 ? { kind: 'started' } : refused(answer);
};

const post = (path: string, { endpoint, authToken, call }: Token, body: object): Promise<FaceAnswer> =>
  (call ?? overHttp(endpoint))({
    method: 'POST',
    path: `/face/v1.2/${path}`,
    headers: { authorization: `Bearer ${authToken}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  });

const overHttp =
  (endpoint: string) =>
  async ({ path, method, headers, body }: FaceRequest): Promise<FaceAnswer> => {
    const answer = await fetch(`${endpoint}${path}`, { method, headers, body: body.toString() });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };

const replySchema = z.object({
  attemptId: z.number(),
  digest: z.string().optional(),
  error: z.object({ code: z.string() }).optional(),
});

const errorSchema = z.object({ error: z.object({ code: z.string() }) });

const refused = ({ status, body }: FaceAnswer): Extract<PlayedAttempt, { kind: 'refused' }> => {
  const { error } = errorSchema.parse(JSON.parse(body));
  return { kind: 'refused', status, code: error.code };
};

const claimsSchema = z.object({ face: z.string() });
const faceClaimSchema = z.object({ sessionType: z.string() });

const sessionTypeOf = (authToken: string): string => {
  const claims = Buffer.from(authToken.split('.')[1] ?? '', 'base64url').toString();
  return faceClaimSchema.parse(JSON.parse(claimsSchema.parse(JSON.parse(claims)).face)).sessionType;
};

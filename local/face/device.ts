// What the client SDK on a device does with a session token: it starts the session once, then makes attempts.

import * as z from 'zod';

import type { PresentationBody } from './presentation.ts';

export interface AttemptToPlay extends PresentationBody {
  endpoint: string;
  authToken: string;
}

export type PlayedAttempt =
  /** The client never learns the decision: it reports the digest to its own server, which asks the service. */
  | { kind: 'played'; attemptId: number; digest?: string; errorCode?: string }
  | { kind: 'refused'; status: number; code: string };

export const playAttempt = async ({ endpoint, authToken, ...shown }: AttemptToPlay): Promise<PlayedAttempt> => {
  const started = await startSession({ endpoint, authToken });
  if (started.kind === 'refused' && started.code !== 'QuotaExceeded') return started; // started by an earlier attempt

  const path = sessionTypeOf(authToken) === 'LivenessWithVerify' ? 'detectLivenessWithVerify' : 'detectLiveness';
  const answer = await call(endpoint, `${path}/singleModal`, authToken, shown);
  if (!answer.ok) return refused(answer);
  const { attemptId, digest, error } = replySchema.parse(await answer.json());
  return {
    kind: 'played',
    attemptId,
    ...(digest !== undefined && { digest }),
    ...(error !== undefined && { errorCode: error.code }),
  };
};

export type StartedSession = { kind: 'started' } | Extract<PlayedAttempt, { kind: 'refused' }>;

/** Only starts: a person who then gives up, or whose attempt is still under way. */
export const startSession = async ({
  endpoint,
  authToken,
}: Pick<AttemptToPlay, 'endpoint' | 'authToken'>): Promise<StartedSession> => {
  const answer = await call(endpoint, 'session/start', authToken, {});
  if (!answer.ok) return refused(answer);
  await answer.arrayBuffer();
  return { kind: 'started' };
};

const call = (endpoint: string, path: string, authToken: string, body: object): Promise<Response> =>
  fetch(`${endpoint}/face/v1.2/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${authToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const replySchema = z.object({
  attemptId: z.number(),
  digest: z.string().optional(),
  error: z.object({ code: z.string() }).optional(),
});

const errorSchema = z.object({ error: z.object({ code: z.string() }) });

const refused = async (answer: Response): Promise<Extract<PlayedAttempt, { kind: 'refused' }>> => {
  const { error } = errorSchema.parse(await answer.json());
  return { kind: 'refused', status: answer.status, code: error.code };
};

const claimsSchema = z.object({ face: z.string() });
const faceClaimSchema = z.object({ sessionType: z.string() });

const sessionTypeOf = (authToken: string): string => {
  const claims = Buffer.from(authToken.split('.')[1] ?? '', 'base64url').toString();
  return faceClaimSchema.parse(JSON.parse(claimsSchema.parse(JSON.parse(claims)).face)).sessionType;
};

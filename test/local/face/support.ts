import createFaceClient, { type FaceClient } from '@azure-rest/ai-vision-face';

import { ShiftableClock } from '../../../local/clock.ts';
import { noiselessDecisions } from '../../../local/face/decisions.ts';
import { type FaceOptions, type LocalFace, startFace } from '../../../local/face/start-face.ts';
import { makeVerifyImage } from '../../../local/face/verify-image.ts';

export const NOON = Date.UTC(2026, 0, 15, 12);

export interface FaceUnderTest {
  face: LocalFace;
  client: FaceClient;
  clock: ShiftableClock;
}

const running: LocalFace[] = [];

/** A service without noise and without rate limit, on a clock that moves only when told. */
export const aFace = async (options: FaceOptions = {}): Promise<FaceUnderTest> => {
  const clock = new ShiftableClock(() => NOON);
  const face = await startFace({ clock, seed: 1, rateLimitPerSecond: 0, decisions: noiselessDecisions, ...options });
  running.push(face);
  return { face, client: aClient(face), clock };
};

export const aClient = ({ endpoint }: LocalFace, key = 'local-face-key', maxRetries = 0): FaceClient =>
  createFaceClient(
    endpoint,
    { key },
    { allowInsecureConnection: true, retryOptions: { maxRetries, retryDelayInMs: 1 } },
  );

export const stopAll = async (): Promise<void> => {
  await Promise.all(running.splice(0).map((face) => face.stop()));
};

export const sessions = '/detectLiveness-sessions';
export const session = '/detectLiveness-sessions/{sessionId}';
export const verifySessions = '/detectLivenessWithVerify-sessions';
export const verifySession = '/detectLivenessWithVerify-sessions/{sessionId}';

export const aliceDevice = '0f5c2a51-6f0e-4f8e-9d55-4a3b0a6a8f10';
export const sessionBody = { livenessOperationMode: 'Passive', deviceCorrelationId: aliceDevice };

export interface CreatedSession {
  sessionId: string;
  authToken: string;
}

export interface ReadSession {
  status: string;
  results: {
    attempts: {
      attemptId: number;
      result?: {
        livenessDecision: string;
        sessionImageId?: string;
        verifyImageHash?: string;
        verifyResult?: { matchConfidence: number; isIdentical: boolean };
      };
    }[];
    verifyReferences?: object[];
  };
}

export const createSession = async (client: FaceClient, fields: object = {}): Promise<CreatedSession> => {
  const answer = await client.path(sessions).post({ body: { ...sessionBody, ...fields } });
  if (answer.status !== '200') throw new Error(`no session: ${JSON.stringify(answer.body)}`);
  return answer.body as CreatedSession;
};

export const createVerifySession = async (
  client: FaceClient,
  { image = makeVerifyImage('alice'), fields = {} }: { image?: Uint8Array; fields?: Record<string, string> } = {},
) =>
  client.path(verifySessions).post({
    contentType: 'multipart/form-data',
    body: [
      ...Object.entries({ ...sessionBody, ...fields }).map(([name, body]) => ({
        name: name as 'deviceCorrelationId',
        body,
      })),
      { name: 'verifyImage', body: image, filename: 'verify.jpg' },
    ],
  });

// A session as the service shows it. Creation and reading differ in small ways, which are the live service's.

import type { FaceRectangle, StoredSession } from './session-store.ts';

const MODEL_VERSION = '2024-11-15';
const verifyFaceRectangle: FaceRectangle = { top: 66, left: 440, width: 227, height: 304 };

export type SessionStatus = 'NotStarted' | 'Running' | 'Succeeded' | 'Failed';

/** After a failed attempt a session runs on while its token permits another; that the service says so is a guess. */
export const statusOf = (session: StoredSession, now: Date): SessionStatus => {
  const last = session.attempts.at(-1)?.shown;
  if (last === undefined) return session.startedAt === undefined ? 'NotStarted' : 'Running';
  if (last.attemptStatus === 'Succeeded') return 'Succeeded';
  const mayGoOn = session.attempts.length < session.attemptsAllowed && now < session.tokenExpiresAt;
  return mayGoOn ? 'Running' : 'Failed';
};

export const showCreated = (session: StoredSession, authToken: string): object => ({
  sessionId: session.sessionId,
  authToken,
  status: 'NotStarted',
  modelVersion: MODEL_VERSION,
  results: { attempts: [], ...verifyReferences(session, { referenceType: 'image' }) },
});

/** The token is shown once, at creation; the model version is left out until there is an attempt. */
export const showSession = (session: StoredSession, now: Date): object => ({
  sessionId: session.sessionId,
  authToken: '',
  status: statusOf(session, now),
  ...(session.attempts.length > 0 && { modelVersion: MODEL_VERSION }),
  results: { attempts: session.attempts.map(({ shown }) => shown).reverse(), ...verifyReferences(session, {}) },
});

const verifyReferences = (session: StoredSession, referenceType: { referenceType?: 'image' }): object =>
  session.verify === undefined
    ? {}
    : {
        verifyReferences: [{ ...referenceType, faceRectangle: verifyFaceRectangle, qualityForRecognition: 'high' }],
      };

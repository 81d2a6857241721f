// What the service does with sessions, without HTTP.

import type { KeyObject } from 'node:crypto';

import type { Clock } from '../clock.ts';
import { judgeAttempt } from './attempt.ts';
import type { SessionRequest, SessionWithVerifyRequest } from './create-request.ts';
import type { Decisions } from './decisions.ts';
import type { Draws } from './draws.ts';
import { FaceError, sessionNotFound, unauthorized } from './face-error.ts';
import type { Presentation } from './presentation.ts';
import type { SessionKind, SessionStore, StoredSession, StoredVerify } from './session-store.ts';
import { issueToken, readToken } from './session-token.ts';
import { showCreated, showSession } from './session-view.ts';

const RETENTION_MS = 48 * 3_600_000;

/** Two faces are the same from here on, when the creator says nothing; the service's own value is not known. */
const DEFAULT_CONFIDENCE_THRESHOLD = 0.5;

export interface LivenessServiceParts {
  store: SessionStore;
  clock: Clock;
  draws: Draws;
  decisions: Decisions;
  attemptsPerToken: number;
  tokenKey: KeyObject;
  endpoint: string;
}

/** What the client is told of an attempt: never the decision, but what it needs to report and to try again. */
export interface AttemptReply {
  attemptId: number;
  attemptStatus: 'Succeeded' | 'Failed';
  digest?: string;
  error?: { code: string; message: string };
}

export class LivenessService {
  readonly #parts: LivenessServiceParts;
  /** Before their time. */
  readonly #forgotten = new Set<string>();

  constructor(parts: LivenessServiceParts) {
    this.#parts = parts;
  }

  create(request: SessionRequest | SessionWithVerifyRequest): object {
    const { store, clock, draws, attemptsPerToken, tokenKey, endpoint } = this.#parts;
    const number = store.nextNumber();
    const createdAt = clock.now();
    const session: StoredSession = {
      number,
      sessionId: draws.uuid('session', number),
      kind: 'verifyImage' in request ? 'liveness-with-verify' : 'liveness',
      deviceCorrelationId: request.deviceCorrelationId,
      createdAt,
      tokenExpiresAt: new Date(createdAt.getTime() + request.authTokenTimeToLiveInSeconds * 1000),
      attemptsAllowed: attemptsPerToken,
      enableSessionImage: request.enableSessionImage,
      verify: 'verifyImage' in request ? verifyOf(request) : undefined,
      startedAt: undefined,
      deletedAt: undefined,
      attempts: [],
    };
    store.insert(session);
    return showCreated(session, issueToken(session, endpoint, tokenKey));
  }

  get(kind: SessionKind, sessionId: string): object {
    return showSession(this.#known(kind, sessionId), this.#parts.clock.now());
  }

  delete(kind: SessionKind, sessionId: string): void {
    const { number } = this.#known(kind, sessionId);
    this.#parts.store.markDeleted(number, this.#parts.clock.now());
  }

  start(authToken: string): object {
    const session = this.#permitted(authToken);
    if (session.startedAt !== undefined) throw quotaExceeded('session/start');
    this.#parts.store.markStarted(session.number, this.#parts.clock.now());
    return { sessionId: session.sessionId };
  }

  attempt(kind: SessionKind, authToken: string, presentation: Presentation): AttemptReply {
    const { store, decisions, draws } = this.#parts;
    const session = this.#permitted(authToken);
    if (session.kind !== kind) throw unauthorized('Access denied: the session token does not allow this path.');
    if (session.startedAt === undefined) throw new FaceError(400, 'BadArgument', 'The session is not started.');
    if (session.attempts.length >= session.attemptsAllowed) throw quotaExceeded('attempts');

    const shown = judgeAttempt(session, presentation, decisions, draws);
    store.addAttempt(session.number, { person: presentation.person, media: presentation.media, shown });
    const { attemptId, attemptStatus, result, error } = shown;
    return {
      attemptId,
      attemptStatus,
      ...(result !== undefined && { digest: result.digest }),
      ...(error !== undefined && { error: { code: error.code, message: error.message } }),
    };
  }

  forget(sessionId: string): void {
    this.#forgotten.add(sessionId);
  }

  isForgotten({ sessionId, createdAt }: StoredSession): boolean {
    if (this.#forgotten.has(sessionId)) return true;
    return this.#parts.clock.now().getTime() >= createdAt.getTime() + RETENTION_MS;
  }

  #known(kind: SessionKind, sessionId: string): StoredSession {
    const session = this.#parts.store.find(sessionId);
    if (session?.kind !== kind || session.deletedAt !== undefined || this.isForgotten(session)) throw sessionNotFound();
    return session;
  }

  #permitted(authToken: string): StoredSession {
    const session = this.#parts.store.find(readToken(authToken, this.#parts.tokenKey));
    if (session === undefined || session.deletedAt !== undefined || this.isForgotten(session)) {
      throw unauthorized('Access denied: the session token is revoked.');
    }
    if (this.#parts.clock.now() >= session.tokenExpiresAt) {
      throw unauthorized('Access denied: the session token is expired.');
    }
    return session;
  }
}

const verifyOf = (request: SessionWithVerifyRequest): StoredVerify => ({
  person: request.verifyImage.person,
  ...(request.returnVerifyImageHash && { imageHash: request.verifyImage.hash }),
  confidenceThreshold: request.verifyConfidenceThreshold ?? DEFAULT_CONFIDENCE_THRESHOLD,
});

const quotaExceeded = (what: string): FaceError =>
  new FaceError(403, 'QuotaExceeded', `The session token permits no more ${what}.`);

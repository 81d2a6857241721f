import type { FaceAttempt, FaceCreation, FaceSession, FaceSessions, NewFaceSession } from '../../application/ports.ts';
import type { SessionKind } from '../../application/records.ts';

/** What a test lets happen in one try on the device. */
export type PlayedAttempt = Omit<FaceAttempt, 'attemptId'>;

interface KnownSession {
  request: NewFaceSession;
  attempts: FaceAttempt[];
}

/** Face as a test scripts it: devices make the attempts that they are told, and creation answers what it is told. */
export class MemoryFace implements FaceSessions {
  /** Of sessions that were made, deleted ones too. */
  readonly created: { faceSessionId: string; request: NewFaceSession }[] = [];
  readonly deleted: string[] = [];
  readonly #sessions = new Map<string, KnownSession>();
  readonly #answers: Exclude<FaceCreation, { kind: 'created' }>[] = [];

  /** The next creation makes nothing and answers this. */
  refuseNext(answer: Exclude<FaceCreation, { kind: 'created' }>): void {
    this.#answers.push(answer);
  }

  /** What happens on the device that got the session's token. */
  play(faceSessionId: string, ...attempts: readonly PlayedAttempt[]): void {
    const session = this.#sessions.get(faceSessionId);
    if (session === undefined) throw new Error('the token of a session that is gone permits nothing');
    for (const attempt of attempts) session.attempts.push({ ...attempt, attemptId: session.attempts.length + 1 });
  }

  /** The service loses the session. */
  lose(faceSessionId: string): void {
    this.#sessions.delete(faceSessionId);
  }

  create(request: NewFaceSession): Promise<FaceCreation> {
    const answer = this.#answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    const number = this.created.length + 1;
    const faceSessionId = `face-session-${number}`;
    this.#sessions.set(faceSessionId, { request, attempts: [] });
    this.created.push({ faceSessionId, request });
    return Promise.resolve({ kind: 'created', faceSessionId, authToken: `token-${number}` });
  }

  read(kind: SessionKind, faceSessionId: string): Promise<FaceSession | undefined> {
    const session = this.#sessions.get(faceSessionId);
    if (session?.request.kind !== kind) return Promise.resolve(undefined);
    const { attempts } = session;
    const status = attempts.length === 0 ? 'NotStarted' : (attempts.at(-1)?.status ?? 'Running');
    return Promise.resolve({ status, attempts: [...attempts] });
  }

  delete(kind: SessionKind, faceSessionId: string): Promise<void> {
    if (this.#sessions.get(faceSessionId)?.request.kind === kind) {
      this.#sessions.delete(faceSessionId);
      this.deleted.push(faceSessionId);
    }
    return Promise.resolve();
  }
}

import { outcomeOf } from '../domain/outcome.ts';
import { budgetWindowMs } from '../domain/policy.ts';
import { markClosing } from './correlation.ts';
import { Unavailable } from './errors.ts';
import type {
  Clock,
  Correlations,
  FaceAttempt,
  FaceSession,
  FaceSessions,
  LivenessResults,
  ResultEvent,
} from './ports.ts';
import type { RulesFor } from './rules.ts';
import type { AttemptResult, ClosingCause, SessionRecord, SessionResult, Versioned } from './records.ts';

interface Ports {
  correlations: Correlations;
  face: FaceSessions;
  results: LivenessResults;
  clock: Clock;
  rulesFor: RulesFor;
}

export interface ClientReport {
  /** The digest that the client SDK showed; one that differs from the service's means a forged result. */
  digest?: string;
  /** Why the device could not try, e.g. `CameraPermissionDenied`. Such a session is not an abandoned one. */
  error?: string;
}

/** A session whose result is read and stored. */
export type ClosedSession = SessionRecord & { result: SessionResult };

export type Closing =
  | { kind: 'closed'; session: ClosedSession }
  /** The client says it has finished, but Face has no result yet and may still get one. */
  | { kind: 'no-result-yet' };

export type CloseLivenessSession = (
  found: Versioned<SessionRecord>,
  cause: ClosingCause,
  report?: ClientReport,
) => Promise<Closing>;

const TRIES = 5;
/** When deletion breaks off, the collecting sweep goes on after this time. */
const CLOSING_GRACE_SECONDS = 60;

/**
 * The one way in which a Face session ends, so that no evidence is lost with it:
 *
 *   read the result ─▶ send every attempt to the queue ─▶ store the result, state `closing` ─▶ delete at Face
 *     ─▶ send `session.closed`, which gives back what the attempts did not use
 *
 * Each step may be repeated after a crash: attempts are counted once by the ledger, a stored result is not read again,
 * and the budget stays reserved until the deletion is certain.
 */
export const makeCloseLivenessSession =
  ({ correlations, face, results, clock, rulesFor }: Ports): CloseLivenessSession =>
  async (found, cause, report = {}) => {
    const session = found.record;
    if (session.faceSessionId === undefined) throw new Error('only a session that exists at Face can be closed');

    let closing = session.result === undefined ? undefined : { ...session, result: session.result };
    if (closing === undefined) {
      const atFace = await face.read(session.kind, session.faceSessionId);
      const now = clock.now();
      if (cause === 'completed' && maybeLater(atFace, session, report, now)) return { kind: 'no-result-yet' };
      const result = resultOf(atFace, session, cause, report, now);
      await results.send(attemptEvents(session, result));
      closing = await storeResult(found, result);
    }

    const hasEnded = closing.state === 'closed' || closing.state === 'released';
    if (!hasEnded && clock.now() >= (await settledFrom(closing))) {
      await face.delete(session.kind, session.faceSessionId);
      await results.send([endEvent(closing, clock.now())]);
    }
    return { kind: 'closed', session: closing };

    /**
     * A session that Face has forgotten may have had tries that nobody will ever see. Its reservation stays until they
     * would have left the window of the budget anyway.
     */
    async function settledFrom({ result, expiresAt, customerId }: ClosedSession): Promise<Date> {
      if (result.lost !== true) return result.readAt;
      const { policy } = await rulesFor(customerId);
      return new Date(expiresAt.getTime() + budgetWindowMs(policy));
    }

    /** Another writer may have stored a result first: then that one counts. */
    async function storeResult(first: Versioned<SessionRecord>, result: SessionResult): Promise<ClosedSession> {
      let current: Versioned<SessionRecord> | undefined = first;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (current === undefined) throw new Error('a session disappeared while it was closed');
        if (current.record.result !== undefined) return { ...current.record, result: current.record.result };
        // Given back meanwhile, as its token reached nobody: it has ended, and must not come alive again.
        if (current.record.state === 'released') return { ...current.record, result };

        const settled = await settledFrom({ ...current.record, result });
        const graceEndsMs = clock.now().getTime() + CLOSING_GRACE_SECONDS * 1000;
        const stored = {
          ...current.record,
          state: 'closing' as const,
          result,
          dueAt: new Date(Math.max(graceEndsMs, settled.getTime())),
        };
        const { correlationId, sessionId } = first.record;
        const correlation = await correlations.find(correlationId);
        const isOutstanding = correlation?.record.outstanding.some((entry) => entry.sessionId === sessionId) ?? false;
        const committed = await correlations.commit(correlationId, {
          session: { record: stored, version: current.version },
          ...(correlation !== undefined &&
            isOutstanding && {
              correlation: { record: markClosing(correlation.record, sessionId), version: correlation.version },
            }),
        });
        if (committed.kind === 'committed') return stored;
        current = await correlations.findSession(correlationId, sessionId);
      }
      throw new Unavailable('the result of a session was not stored: too many writers');
    }
  };

const isFinished = (attempt: FaceAttempt): boolean =>
  attempt.livenessDecision !== undefined || attempt.errorCode !== undefined;

const maybeLater = (
  atFace: FaceSession | undefined,
  session: SessionRecord,
  report: ClientReport,
  now: Date,
): boolean =>
  atFace !== undefined && !atFace.attempts.some(isFinished) && report.error === undefined && now < session.expiresAt;

const resultOf = (
  atFace: FaceSession | undefined,
  session: SessionRecord,
  cause: ClosingCause,
  report: ClientReport,
  now: Date,
): SessionResult => {
  const finished = atFace?.attempts.filter(isFinished) ?? [];
  const latest = finished.at(-1);
  const attempts = finished.map((attempt): AttemptResult => {
    // The client reports one digest, that of its latest attempt.
    const clientDigest = attempt === latest ? report.digest : undefined;
    const { outcome, reason, errorCode } = outcomeOf({
      status: attempt.status,
      withVerify: session.kind === 'liveness-with-verify',
      ...(attempt.livenessDecision !== undefined && { livenessDecision: attempt.livenessDecision }),
      ...(attempt.verify !== undefined && { isIdentical: attempt.verify.isIdentical }),
      ...(attempt.errorCode !== undefined && { errorCode: attempt.errorCode }),
      ...(attempt.digest !== undefined && { digest: attempt.digest }),
      ...(clientDigest !== undefined && { clientDigest }),
    });
    return {
      attemptId: attempt.attemptId,
      outcome,
      ...(reason !== undefined && { reason }),
      ...(errorCode !== undefined && { errorCode }),
      ...(attempt.digest !== undefined && { digest: attempt.digest }),
    };
  });
  return {
    cause,
    readAt: now,
    attempts,
    ...(latest?.verify !== undefined && { verify: latest.verify }),
    ...(atFace === undefined && { lost: true as const }),
    ...(report.error !== undefined && { clientError: report.error }),
  };
};

const eventBase = (session: SessionRecord, atMs: number) => ({
  atMs,
  customerId: session.customerId,
  correlationId: session.correlationId,
  sessionId: session.sessionId,
  ...(session.deviceKey !== undefined && { deviceKey: session.deviceKey }),
  ...(session.appVersion !== undefined && { appVersion: session.appVersion }),
});

export const attemptEvents = (session: SessionRecord, result: SessionResult): ResultEvent[] =>
  result.attempts.map(({ attemptId, outcome, reason, errorCode }) => ({
    ...eventBase(session, result.readAt.getTime()),
    type: 'attempt',
    attemptId,
    outcome,
    ...(reason !== undefined && { reason }),
    ...(errorCode !== undefined && { errorCode }),
  }));

/**
 * A token that reached a caller and ended without a try is `abandoned`: many of them are a pattern. One that we took
 * back, or whose device reported why it could not try, is only closed.
 */
export const endEvent = (session: ClosedSession, now: Date): ResultEvent => {
  const { cause, attempts, lost, clientError } = session.result;
  const endedUnused = attempts.length === 0 && lost === undefined && clientError === undefined;
  const base = eventBase(session, now.getTime());
  return endedUnused && (cause === 'expired' || cause === 'deleted' || cause === 'completed')
    ? { ...base, type: 'session.abandoned' }
    : { ...base, type: 'session.closed', attempts: attempts.length };
};

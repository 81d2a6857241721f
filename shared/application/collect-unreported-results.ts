import type { CloseLivenessSession } from './close-liveness-session.ts';
import { releaseReservation } from './reservation.ts';
import type { Clock, Correlations, Log, Wait } from './ports.ts';
import type { SessionRecord } from './records.ts';
import type { RulesFor } from './rules.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  correlations: Correlations;
  clock: Clock;
  rulesFor: RulesFor;
  log: Log;
  wait: Wait;
  closeLivenessSession: CloseLivenessSession;
  /** How many calls a second the Face resource takes. */
  faceCallsPerSecond: number;
}

/** Creating goes before collecting: at most a third of the resource's calls are spent here. */
const SHARE_OF_FACE_CALLS = 1 / 3;
/** Reading and deleting. */
const CALLS_PER_SESSION = 2;
const FIRST_RETRY_SECONDS = 30;
const LONGEST_RETRY_SECONDS = 600;

/** Brings every session that is due to its proper end, whether or not a client ever reported it. */
export const makeCollectUnreportedResults = (ports: Ports) => {
  const { correlations, clock, rulesFor, log, wait, closeLivenessSession, faceCallsPerSecond } = ports;

  return (): Promise<Swept> =>
    sweepPages({
      clock,
      due: () => correlations.dueSessions(clock.now()),
      handle: async (session) => {
        switch (session.state) {
          case 'reserved':
            return releaseReservation(correlations, session, clock, rulesFor);
          case 'issued':
          case 'closing': {
            const found = await correlations.findSession(session.correlationId, session.sessionId);
            if (found === undefined) return;
            const cause = found.record.revoked && clock.now() < found.record.expiresAt ? 'revoked' : 'expired';
            const closing = await closeLivenessSession(found, cause);
            if (closing.kind === 'closed' && closing.session.result.lost) log.warn('face-session-lost');
            // The session leaves the list when its end is counted; should that never happen, the end is sent again.
            if (session.state === 'closing') await correlations.postponeSession(session, retryAt(session));
            return wait((1000 * CALLS_PER_SESSION) / (faceCallsPerSecond * SHARE_OF_FACE_CALLS));
          }
          case 'closed':
            // Taken back after its end, while its last attempts were still to be counted: nothing is left to do.
            await correlations.commit(session.correlationId, { closed: [session.sessionId] });
            return;
          case 'released':
            throw new Error('a reservation that was given back is still due');
        }
      },
      postpone: async (session, error) => {
        log.warn('session-not-collected', { state: session.state, error: String(error) });
        await correlations.postponeSession(session, retryAt(session));
      },
    });

  function retryAt(session: SessionRecord): Date {
    const seconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (session.failures ?? 0), LONGEST_RETRY_SECONDS);
    return new Date(clock.now().getTime() + seconds * 1000);
  }
};

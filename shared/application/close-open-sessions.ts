import type { CloseLivenessSession } from './close-liveness-session.ts';
import type { Correlations, Log } from './ports.ts';

interface Ports {
  correlations: Correlations;
  closeLivenessSession: CloseLivenessSession;
  log: Log;
}

export type CloseOpenSessions = (correlationId: string) => Promise<{ closed: number; left: number }>;

/**
 * Closes what is revoked of a correlation id that got a verdict or was retired. What fails is left to the collecting
 * sweep: the batch that revoked the sessions made them due.
 */
export const makeCloseOpenSessions =
  ({ correlations, closeLivenessSession, log }: Ports): CloseOpenSessions =>
  async (correlationId) => {
    const found = await correlations.find(correlationId);
    let closed = 0;
    let left = 0;
    for (const { sessionId } of found?.record.outstanding ?? []) {
      const session = await correlations.findSession(correlationId, sessionId);
      // Others belong to devices that the verdict does not concern. A reservation that is revoked gets no token.
      if (session?.record.revoked !== true) continue;
      if (session.record.faceSessionId === undefined || session.record.state === 'closed') continue;
      try {
        await closeLivenessSession(session, 'revoked');
        closed += 1;
      } catch (error) {
        left += 1;
        log.warn('session-left-to-the-sweep', { error: String(error) });
      }
    }
    return { closed, left };
  };

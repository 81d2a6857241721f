import type { CloseLivenessSession } from './close-liveness-session.ts';
import { findOwnSession } from './complete-liveness-session.ts';
import type { Correlations } from './ports.ts';

export type DeleteLivenessSession = (request: {
  customerId: string;
  sessionId: string;
}) => Promise<{ kind: 'deleted' } | { kind: 'not-found' }>;

/** The client gives a session up. What it had is read and counted first. */
export const makeDeleteLivenessSession =
  ({
    correlations,
    closeLivenessSession,
  }: {
    correlations: Correlations;
    closeLivenessSession: CloseLivenessSession;
  }): DeleteLivenessSession =>
  async ({ customerId, sessionId }) => {
    const found = await findOwnSession(correlations, customerId, sessionId);
    if (found === undefined) return { kind: 'not-found' };
    await closeLivenessSession(found, 'deleted');
    return { kind: 'deleted' };
  };

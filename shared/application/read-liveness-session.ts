import { findOwnSession } from './complete-liveness-session.ts';
import type { Clock, Correlations } from './ports.ts';
import type { AttemptResult, SessionKind } from './records.ts';

export type SessionView =
  | {
      kind: 'found';
      sessionId: string;
      correlationId: string;
      sessionKind: SessionKind;
      /** `open`: the token is good · `expired`: it is not, and the result is about to be collected · `closed`. */
      state: 'open' | 'expired' | 'closed';
      expiresAt: Date;
      attemptsAllowed: number;
      attempts: AttemptResult[];
    }
  | { kind: 'not-found' };

export type ReadLivenessSession = (request: { customerId: string; sessionId: string }) => Promise<SessionView>;

export const makeReadLivenessSession =
  ({ correlations, clock }: { correlations: Correlations; clock: Clock }): ReadLivenessSession =>
  async ({ customerId, sessionId }) => {
    const found = await findOwnSession(correlations, customerId, sessionId);
    if (found === undefined) return { kind: 'not-found' };
    const { record } = found;
    const open = record.state === 'issued' && record.revoked === undefined;
    return {
      kind: 'found',
      sessionId,
      correlationId: record.correlationId,
      sessionKind: record.kind,
      state: !open ? 'closed' : clock.now() < record.expiresAt ? 'open' : 'expired',
      expiresAt: record.expiresAt,
      attemptsAllowed: record.attemptsAllowed,
      attempts: record.result?.attempts ?? [],
    };
  };

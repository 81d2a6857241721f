// What a reserved or open session gives back, and how it is taken away.

import type { Policy } from '../domain/policy.ts';
import { release } from './correlation.ts';
import { Unavailable } from './errors.ts';
import type { Clock, Correlations } from './ports.ts';
import type { CorrelationRecord, SessionRecord } from './records.ts';

const TRIES = 8;
/** Whoever hears of the verdict closes the sessions at once; should nobody, the collecting sweep does after this time. */
const REVOKED_CLOSING_GRACE_SECONDS = 60;

/**
 * Gives back a reservation whose token reached nobody. A session that has meanwhile been issued is left alone, unless
 * the caller knows that its token went nowhere (`session.state` is then `issued` too).
 */
export const releaseReservation = async (
  correlations: Correlations,
  session: SessionRecord,
  clock: Clock,
  policy: Policy,
): Promise<void> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const current = await correlations.findSession(session.correlationId, session.sessionId);
    const found = await correlations.find(session.correlationId);
    if (current === undefined || found === undefined) return;
    if (current.record.state !== 'reserved' && current.record.state !== session.state) return;

    const { dueAt: _done, ...rest } = current.record;
    const committed = await correlations.commit(session.correlationId, {
      correlation: {
        record: release(found.record, session.sessionId, clock.now(), policy),
        version: found.version,
      },
      session: { record: { ...rest, state: 'released' }, version: current.version },
    });
    if (committed.kind === 'committed') return;
  }
  throw new Unavailable('a reservation was not released: too many writers');
};

/** Marks every open session, so that none under way is issued any more and the others are closed soon. */
export const revocation = (record: CorrelationRecord, now: Date): { sessionIds: string[]; dueAt: Date } => ({
  sessionIds: record.outstanding.map((session) => session.sessionId),
  dueAt: new Date(now.getTime() + REVOKED_CLOSING_GRACE_SECONDS * 1000),
});

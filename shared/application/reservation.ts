// What a reserved or open session gives back, and how it is taken away.

import { familiarDevices } from '../domain/channel.ts';
import type { OutstandingSession } from '../domain/outstanding.ts';
import type { Policy } from '../domain/policy.ts';
import { blockOf } from '../domain/verdict.ts';
import type { Circumstances } from '../domain/judge.ts';
import { release } from './correlation.ts';
import { Unavailable } from './errors.ts';
import type { Clock, Correlations } from './ports.ts';
import type { CorrelationRecord, SessionRecord } from './records.ts';
import type { RulesFor } from './rules.ts';

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
  rulesFor: RulesFor,
): Promise<void> => {
  const { policy } = await rulesFor(session.customerId);
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

/** Marks open sessions, so that none of them is issued any more and those that are get closed soon. */
export const revocation = (
  sessions: readonly OutstandingSession[],
  now: Date,
): { sessionIds: string[]; dueAt: Date } => ({
  sessionIds: sessions.map(({ sessionId }) => sessionId),
  dueAt: new Date(now.getTime() + REVOKED_CLOSING_GRACE_SECONDS * 1000),
});

/** The open sessions that the verdicts in force concern: with scope `device` the owner's go on, under audit all do. */
export const blockedSessions = (
  record: CorrelationRecord,
  policy: Policy,
  now: Date,
  { audit }: Circumstances = {},
): OutstandingSession[] => {
  const block = audit === true ? undefined : blockOf(record.verdicts, now.getTime());
  if (block === undefined) return [];
  if (block.scope === 'correlation') return record.outstanding;
  const familiar = familiarDevices(record.history, policy, now.getTime());
  return record.outstanding.filter(({ deviceKey }) => deviceKey === undefined || !familiar.has(deviceKey));
};

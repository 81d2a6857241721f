// How a story runs to its end, and what may be otherwise in it.

import type { SessionRecord, SessionResult } from '../../../../../shared/application/records.ts';
import type { Outcome } from '../../../../../shared/domain/events.ts';
import { emptyHistory } from '../../../../../shared/domain/history.ts';
import { dayOf } from '../../../../../shared/domain/time.ts';
import { aReset } from '../../../../support/builders.ts';
import type { WholeCloud } from './whole-cloud.ts';
import type { Witness } from './witness.ts';

export interface World {
  witness: Witness;
  whole: WholeCloud;
}

export const PHONE = 'phone';

/** What happens in a story that ends properly: a picture is tried twice. */
export const properly = {
  /** What Face says of each try. */
  shows: ['uncertain', 'spoof'] as ('real' | 'spoof' | 'uncertain')[],
  /** As the ledger has it. */
  counts: ['uncertain', 'spoof'] as Outcome[],
  /** Which of them is a spoof because of its digest. */
  forged: undefined as number | undefined,
  /** What the client claims to have seen of the latest try, which had D1. */
  claims: undefined as string | undefined,
  closes: true,
  /** Its result stays with it. */
  keeps: true,
  reads: true,
  /** How many of the tries the device has seen. */
  device: 2,
  /** As what it has seen them, when not as the ledger has them. */
  sees: undefined as Outcome[] | undefined,
  /** Whether it has seen the first of them again, at another moment. */
  seesAgain: false,
  observations: ['first-check', 'device-day'],
  watches: (whole: WholeCloud, nowMs: number): unknown => whole.watch(new Date(nowMs + 1)),
  /** What happens at the end. */
  then: (_world: World): unknown => undefined,
};
export type Course = typeof properly;

export const withPass: Partial<Course> = { shows: ['uncertain', 'real'], counts: ['uncertain', 'real'] };

export const runs = async ({ witness, whole }: World, course: Course): Promise<void> => {
  const { correlationId } = witness.record;
  const { faceSessionId, authToken } = await whole.session(correlationId);
  const request = witness.asks({ deviceKey: PHONE });
  const session = witness.issues(witness.reserves(request), request, faceSessionId);
  witness.answers(request, session);
  for (const [index, outcome] of course.shows.entries()) {
    await whole.tries(authToken, outcome);
    witness.tries(session.sessionId, index + 1);
  }
  witness.checker.reported(session.sessionId, course.claims);

  if (course.reads) witness.checker.faceRead(faceSessionId, 2);
  const entries = course.counts.map((outcome, index) => ({
    ...witness.entry(session, index + 1, outcome),
    ...(index === course.forged && { reason: 'integrity' as const }),
  }));
  const end = witness.endOf(session, entries.length);
  witness.counts(...entries, end);
  if (course.closes) closes(witness, course.keeps ? (witness.model.session(session.sessionId) ?? session) : session);
  const seen = entries.map((entry, index) => {
    const outcome = course.sees?.[index];
    return { ...entry, ...(outcome !== undefined && { outcome }) };
  });
  const again = seen.slice(0, course.seesAgain ? 1 : 0).map((entry) => ({ ...entry, atMs: entry.atMs + 1 }));
  await whole.device(PHONE, [...seen.slice(0, course.device), ...again]);
  const day = dayOf(witness.nowMs);
  const keys = { 'first-check': correlationId, 'device-day': PHONE } as Record<string, string>;
  for (const kind of course.observations) await whole.observation(`${kind}:${keys[kind]}:${day}`, witness.nowMs);
  await course.watches(whole, witness.nowMs);
  await course.then({ witness, whole });
};

export const closes = (witness: Witness, session: SessionRecord): void =>
  witness.writes({ sessions: [{ ...session, state: 'closed' }] });

/** Of a session that Face does not know (any more). */
export const counts = (witness: Witness, deviceKey: string | undefined, outcome: Outcome): void => {
  const session = witness.getsToken(deviceKey === undefined ? {} : { deviceKey });
  witness.counts(witness.entry(session, 1, outcome), witness.endOf(session, 1));
  closes(witness, session);
};

/** Nobody knows what was tried with it. */
export const forgets = (witness: Witness, faceSessionId?: string): void => {
  const request = witness.asks();
  const session = witness.issues(witness.reserves(request), request, faceSessionId);
  witness.answers(request, session);
  const result: SessionResult = { cause: 'completed', readAt: witness.now, attempts: [], lost: true };
  witness.writes({ sessions: [{ ...session, state: 'closing', result }] });
};

/** A reset that is carried out, of which all events are published. */
export const resets = (witness: Witness, failures: number): void => {
  const { spoof, uncertain } = witness.record.history;
  const made = [...spoof, ...uncertain].map(({ atMs, tag }) => ({ atMs, tag }));
  const decision = aReset({ correlationId: witness.record.correlationId });
  witness.decision(decision);
  const before = witness.model.story(witness.record.correlationId);
  witness.resets({ lineage: { history: emptyHistory, failures: made.slice(0, failures) } });
  for (const event of before.events.values()) witness.publishes(event);
  witness.decision({ ...decision, doneAt: witness.now });
};

/** Closed after a look that has found no try. */
export const endsUnused = (witness: Witness): SessionRecord => {
  const session = witness.getsToken();
  witness.counts(witness.endOf(session, 0));
  closes(witness, witness.model.session(session.sessionId) ?? session);
  return session;
};

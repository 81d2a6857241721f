// I9: nothing erases evidence.

import type { CorrelationRecord } from '../../shared/application/records.ts';
import { inForce } from './blocking.ts';
import type { Model } from './model.ts';
import type { Story } from './story.ts';

/**
 * A Face session is deleted only when all of its stored result is in the ledger, or on its way there, and that result is
 * what a read showed. Of several readers at once one stores its result; what another saw after that, it sends itself.
 */
export const checkDeletion = (model: Model, faceSessionId: string, attemptsMade: number): void => {
  const seen = model.faceSessions.get(faceSessionId);
  if (seen === undefined || seen.deleted) return;
  if (seen.attemptsRead === undefined) {
    if (attemptsMade > 0) model.breaks('I9', `a Face session with ${attemptsMade} attempts was deleted unread`);
    return;
  }
  const session = [...model.story(seen.correlationId).sessions.values()].find(
    (one) => one.faceSessionId === faceSessionId,
  );
  if (session === undefined) return;
  const story = model.story(seen.correlationId);
  const stored = session.result?.attempts.length ?? seen.attemptsRead;
  if (seen.attemptCountsRead?.has(stored) !== true) {
    model.breaks('I9', `${stored} attempts of ${session.sessionId} were stored, which no read has shown`);
  }
  for (let attemptId = 1; attemptId <= stored; attemptId += 1) {
    const key = `${session.sessionId}/${attemptId}`;
    if (story.ledger.has(key) || model.queuedResults.has(key)) continue;
    model.breaks('I9', `the Face session of ${key} was deleted before this attempt was on its way to the ledger`);
  }
};

/** Flags stay, and what blocks somebody or must never come back does not expire. */
export const checkHistoryKept = (
  model: Model,
  story: Story,
  { before, after, ttl }: { before: CorrelationRecord | undefined; after: CorrelationRecord; ttl: unknown },
): void => {
  for (const verdict of before?.verdicts ?? []) {
    if (verdict.kind === 'flagged' && !has(after, verdict)) {
      model.breaks('I9', `the flag ${verdict.pattern} of ${story.correlationId} is gone`);
    }
  }
  for (const { kind, pattern, untilMs } of after.verdicts) {
    if (kind === 'flagged' && untilMs !== undefined) {
      model.breaks('I9', `the flag ${pattern} of ${story.correlationId} ends by itself`);
    }
  }
  if (before?.lineage !== undefined && after.lineage === undefined) {
    model.breaks('I9', `${story.correlationId} has forgotten its predecessors`);
  }
  const blocks = after.verdicts.some(({ kind, audit }) => kind === 'flagged' && audit !== true);
  if ((blocks || after.status === 'retired') && typeof ttl === 'number' && ttl > 0) {
    model.breaks('I9', `${story.correlationId} is ${blocks ? 'flagged' : 'retired'} and expires in ${ttl} seconds`);
  }
};

/** Only a human lifts a block: a correlation id that follows on a blocked one is blocked from its first moment. */
export const checkSuccessor = (model: Model, story: Story, first: CorrelationRecord, nowMs: number): void => {
  if (story.predecessor !== undefined && first.lineage === undefined) {
    model.breaks('I9', `${story.correlationId} follows on ${story.predecessor.correlationId}, and knows nothing of it`);
  }
  const blocks = inForce(story.predecessor?.record?.verdicts ?? [], nowMs);
  for (const verdict of blocks) {
    if (has(first, verdict)) continue;
    model.breaks('I9', `a reset has lifted that ${story.correlationId} is ${verdict.kind} for ${verdict.pattern}`);
  }
};

const has = (record: CorrelationRecord, verdict: CorrelationRecord['verdicts'][number]): boolean =>
  record.verdicts.some(
    ({ kind, pattern, scope, sinceMs }) =>
      kind === verdict.kind && pattern === verdict.pattern && scope === verdict.scope && sinceMs === verdict.sinceMs,
  );

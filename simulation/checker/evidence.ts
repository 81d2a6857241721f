// I9: nothing erases evidence, and nothing lifts a block. I6: what is retired stays retired.

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

/** Clocks of processes differ; who ends a pause may be ahead by so much. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** Flags stay, a pause lasts as long as it was told, and who has predecessors goes on to know them. */
export const checkHistoryKept = (
  model: Model,
  { correlationId }: Story,
  before: CorrelationRecord | undefined,
  after: CorrelationRecord,
): void => {
  if (before?.status === 'retired' && after.status !== 'retired') {
    model.breaks('I6', `${correlationId} was retired, and has come back`);
  }
  for (const verdict of before?.verdicts ?? []) {
    const { kind, pattern, untilMs = Infinity } = verdict;
    if (kind === 'flagged' && !has(after, verdict)) {
      model.breaks('I9', `the flag ${pattern} of ${correlationId} is gone`);
    }
    if (kind === 'paused' && model.nowMs < untilMs - CLOCKS_DIFFER_MS && !pauses(after, untilMs)) {
      model.breaks('I9', `the pause of ${correlationId} for ${pattern} is lifted before its end`);
    }
  }
  for (const { kind, pattern, untilMs } of after.verdicts) {
    if (kind === 'flagged' && untilMs !== undefined) {
      model.breaks('I9', `the flag ${pattern} of ${correlationId} ends by itself`);
    }
  }
  if (before?.lineage !== undefined && after.lineage === undefined) {
    model.breaks('I9', `${correlationId} has forgotten its predecessors`);
  }
};

/** Only a human lifts a block: a correlation id that follows on a blocked one is blocked from its first moment. */
export const checkSuccessor = (model: Model, story: Story, first: CorrelationRecord): void => {
  if (story.predecessor !== undefined && first.lineage === undefined) {
    model.breaks('I9', `${story.correlationId} follows on ${story.predecessor.correlationId}, and knows nothing of it`);
  }
  const blocks = inForce(story.predecessor?.record?.verdicts ?? [], model.nowMs);
  for (const verdict of blocks) {
    if (has(first, verdict)) continue;
    model.breaks('I9', `a reset has lifted that ${story.correlationId} is ${verdict.kind} for ${verdict.pattern}`);
  }
};

/** Whether some pause lasts as long: a later one takes the place of an earlier one. */
const pauses = ({ verdicts }: CorrelationRecord, untilMs: number): boolean =>
  verdicts.some(
    (verdict) => verdict.kind === 'paused' && verdict.pauseEnded !== true && (verdict.untilMs ?? Infinity) >= untilMs,
  );

const has = (record: CorrelationRecord, verdict: CorrelationRecord['verdicts'][number]): boolean =>
  record.verdicts.some(
    ({ kind, pattern, scope, sinceMs }) =>
      kind === verdict.kind && pattern === verdict.pattern && scope === verdict.scope && sinceMs === verdict.sinceMs,
  );

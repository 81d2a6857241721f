// I1 and I9: what Face has judged, and the product has read, is in the ledger, with the outcome that it was.

import type { LedgerRecord, SessionRecord } from '../../shared/application/records.ts';
import type { InspectedAttempt, InspectedSession } from '../../local/face/inspection.ts';
import type { SimulatedCloud } from '../world/local-cloud.ts';
import type { Model } from './model.ts';
import { isForged } from './passing.ts';
import type { Story } from './story.ts';

export const checkFaceTruth = (model: Model, { face }: SimulatedCloud): void => {
  const sessions = new Map(
    [...model.stories.values()].flatMap((story) =>
      [...story.sessions.values()].map((session) => [session.faceSessionId, { story, session }] as const),
    ),
  );
  for (const atFace of face.inspect().list) {
    const known = sessions.get(atFace.sessionId);
    if (known !== undefined) checkSession(model, known, atFace);
    else if (atFace.attempts.length > 0) model.breaks('I5', 'attempts were made with a token that nobody stored');
  }
};

const checkSession = (
  model: Model,
  { story, session }: { story: Story; session: SessionRecord },
  atFace: InspectedSession,
): void => {
  const { sessionId, state, result } = session;
  // Seen in use before Face forgot it, and not counted then: it holds its budget as if all its tries had failed.
  if (result?.lost === true) {
    const isKnown = !atFace.forgotten && !atFace.deleted;
    if (isKnown) model.breaks('I9', `session ${sessionId} is taken for forgotten, and Face knows it`);
    return;
  }
  const { attemptsRead } = model.faceSessions.get(atFace.sessionId) ?? {};
  if (attemptsRead === undefined && state === 'closed') {
    model.breaks('I9', `session ${sessionId} is closed and was never read`);
  }
  // A try between the look that counts and the deletion cannot pass, as nobody takes it for the result.
  const read = atFace.attempts.slice(0, Math.min(attemptsRead ?? 0, result?.attempts.length ?? Infinity));
  for (const attempt of read) {
    const key = `${sessionId}/${attempt.attemptId}`;
    const entry = story.ledger.get(key);
    const isClaimed = attempt === read.at(-1) && isForged(model, sessionId, attempt.attemptId);
    // Whoever else has read the session knows nothing of what its client claims, and may have been counted first.
    const isOfClient = result?.cause === 'completed' && result.readAt.getTime() === entry?.atMs;
    const outcomes = outcomesOf(attempt, !isClaimed ? 'no' : isOfClient ? 'yes' : 'maybe');
    if (entry === undefined) model.breaks('I1', `${key} was judged by Face and is not in the ledger`);
    else if (!outcomes.includes(outcomeIn(entry))) {
      model.breaks('I1', `${key} is ${outcomeIn(entry)} in the ledger, and ${outcomes.join(' or ')} by Face`);
    }
  }
};

const outcomeIn = ({ outcome, reason }: LedgerRecord): string =>
  [String(outcome), ...(reason === undefined ? [] : [`by ${reason}`])].join(' ');

/** A digest that differs makes a spoof of anything; clients tell that of the latest attempt. */
const outcomesOf = (attempt: InspectedAttempt, forged: 'yes' | 'maybe' | 'no'): string[] => {
  if (attempt.errorCode !== undefined) return ['technical'];
  switch (forged) {
    case 'yes':
      return ['spoof by integrity'];
    case 'maybe':
      return [seenBy(attempt), 'spoof by integrity'];
    case 'no':
      return [seenBy(attempt)];
  }
};

const seenBy = ({ livenessDecision, isIdentical }: InspectedAttempt): string => {
  if (livenessDecision !== 'realface') return livenessDecision === 'spoofface' ? 'spoof' : 'uncertain';
  return isIdentical === false ? 'uncertain by mismatch' : 'real';
};

// What must be true once nothing goes wrong any more and the sweeps have had their time.

import type { SimulatedCloud } from '../world/local-cloud.ts';
import type { Model } from './model.ts';

export const checkEndings = (model: Model, cloud: SimulatedCloud): void => {
  checkSessionsEnded(model);
  checkEventsPublished(model);
  checkQueuesEmpty(model, cloud);
  checkFaceTruth(model, cloud);
};

/** I8: no reservation is left over, and every session has come to its end. */
const checkSessionsEnded = (model: Model): void => {
  for (const story of model.stories.values()) {
    for (const session of story.sessions.values()) {
      const isLost = session.state === 'closing' && session.result?.lost === true;
      if (isLost || session.state === 'closed' || session.state === 'released') continue;
      model.breaks('I8', `session ${session.sessionId} is still ${session.state}`);
    }
    for (const { sessionId } of story.record?.outstanding ?? []) {
      if (story.sessions.get(sessionId)?.result?.lost === true) continue;
      model.breaks('I8', `session ${sessionId} still holds its budget`);
    }
    if (story.record?.verdicts.some(({ pending }) => pending !== undefined) === true) {
      model.breaks('I8', `a verdict of ${story.correlationId} has no flag yet`);
    }
  }
};

/** I4: whatever was committed has been published. */
const checkEventsPublished = (model: Model): void => {
  const committed = [...model.stories.values()].flatMap(({ events }) => [...events.keys()]);
  for (const eventId of [...committed, ...model.customerEvents.keys()]) {
    if (!model.published.has(eventId)) model.breaks('I4', `event ${eventId} was committed and never published`);
  }
};

/** Every message was applied: none is left, none was given up, and as all were ours none was parked. */
const checkQueuesEmpty = (model: Model, cloud: SimulatedCloud): void => {
  for (const [path, { active, locked, scheduled, deadLettered }] of Object.entries(cloud.serviceBus.inspect().entities)) {
    if (active + locked + scheduled > 0) model.breaks('I8', `${active + locked + scheduled} messages are left in ${path}`);
    if (deadLettered > 0) model.breaks('I8', `${deadLettered} messages of ${path} were given up`);
  }
};

/** I1: what Face has judged, and the product has read, is in the ledger, with the outcome that it was. */
const checkFaceTruth = (model: Model, cloud: SimulatedCloud): void => {
  const sessions = new Map(
    [...model.stories.values()].flatMap((story) =>
      [...story.sessions.values()].map((session) => [session.faceSessionId, { story, session }] as const),
    ),
  );
  for (const atFace of cloud.face.inspect().list) {
    const known = sessions.get(atFace.sessionId);
    if (known === undefined) {
      if (atFace.attempts.length > 0) model.breaks('I5', `attempts were made with a token that nobody stored`);
      continue;
    }
    const { story, session } = known;
    const seen = model.faceSessions.get(atFace.sessionId);
    // A try between the last look and the deletion cannot pass, as nobody reads it.
    for (const attempt of atFace.attempts.slice(0, seen?.attemptsRead ?? 0)) {
      const key = `${session.sessionId}/${attempt.attemptId}`;
      const entry = story.ledger.get(key);
      if (entry === undefined) {
        model.breaks('I1', `${key} was judged by Face and is not in the ledger`);
        continue;
      }
      const outcomes = outcomesOf(attempt);
      if (entry.outcome !== undefined && !outcomes.includes(entry.outcome)) {
        model.breaks('I1', `${key} is ${entry.outcome} in the ledger, and ${outcomes.join(' or ')} by Face`);
      }
    }
    if (seen?.attemptsRead === undefined && session.state === 'closed' && session.result?.lost !== true) {
      model.breaks('I9', `session ${session.sessionId} is closed and was never read`);
    }
  }
};

/** A digest that differs makes a spoof of anything. */
const outcomesOf = ({ livenessDecision, errorCode }: { livenessDecision?: string; errorCode?: string }): string[] => {
  if (errorCode !== undefined) return ['technical'];
  switch (livenessDecision) {
    case 'realface':
      return ['real', 'spoof'];
    case 'spoofface':
      return ['spoof'];
    default:
      return ['uncertain', 'spoof'];
  }
};

// What Face v1.3 tells when it sees a face under one id that it has seen under another.

import type { Random } from '../random.ts';
import type { TraceEvent } from '../trace.ts';

/** Of twins, and of the same person: not each search finds the other. */
const FOUND_SHARE = 0.5;

/** Adds the matches to `events`, which are in time order. `faces`: ids under which one face is seen. */
export const addFaceMatches = (
  events: readonly TraceEvent[],
  faces: readonly (readonly string[])[],
  random: Random,
): void => {
  if (faces.length === 0) return;
  const sessionsOfFace = new Map<string, Map<string, string>>();
  for (const ids of faces) {
    const latestSessions = new Map<string, string>();
    for (const id of ids) sessionsOfFace.set(id, latestSessions);
  }
  for (const event of events) {
    const latestSessions = sessionsOfFace.get(event.correlationId);
    // Without a judged face there is nothing to search with.
    if (latestSessions === undefined || event.type !== 'attempt' || event.outcome === 'technical') continue;
    const found = [...latestSessions]
      .filter(([id]) => id !== event.correlationId && random.happens(FOUND_SHARE))
      .map(([, sessionId]) => ({ sessionId, attemptId: 1 }));
    if (found.length > 0) event.otherFlaggedSessions = found;
    latestSessions.set(event.correlationId, event.sessionId);
  }
};

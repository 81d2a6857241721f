// How far everybody's session had come when the app was killed, as the stores tell.

import { ofKind } from '../traffic/stored.ts';
import type { CrashEvidence, MessagesOnTheirWay } from './crash-evidence.ts';

export interface CrashStages {
  /** People who have a session, by their correlation ids. */
  ids: number;
  /** Nothing at Face, or made there and never handed over. */
  reserved: number;
  issued: number;
  /** With the result still at Face only. */
  tried: number;
  /** Of those: more than one try. */
  triedAgain: number;
  /** The result is read; deleting at Face and counting are under way. */
  closing: number;
  ended: number;
  /** Made at Face for a token that reached nobody. */
  unknown: number;
  tries: number;
  recorded: number;
  messages: MessagesOnTheirWay;
}

export const stagesIn = ({ documents, face, messages }: CrashEvidence): CrashStages => {
  const sessions = ofKind(documents, 'session');
  const triesOf = new Map(face.map(({ sessionId, attempts }) => [sessionId, attempts.length]));
  const issued = sessions.filter(({ state }) => state === 'issued');
  const tries = issued.map(({ faceSessionId = '' }) => triesOf.get(faceSessionId) ?? 0);
  const known = new Set(sessions.map(({ faceSessionId }) => faceSessionId));
  const inState = (...states: (typeof sessions)[number]['state'][]): number =>
    sessions.filter(({ state }) => states.includes(state)).length;
  return {
    ids: new Set(sessions.map(({ correlationId }) => correlationId)).size,
    reserved: inState('reserved'),
    issued: tries.filter((count) => count === 0).length,
    tried: tries.filter((count) => count > 0).length,
    triedAgain: tries.filter((count) => count > 1).length,
    closing: inState('closing'),
    ended: inState('closed', 'released'),
    unknown: face.filter(({ sessionId, deleted }) => !deleted && !known.has(sessionId)).length,
    tries: face.reduce((sum, { attempts }) => sum + attempts.length, 0),
    recorded: ofKind(documents, 'attempt').filter(({ type }) => type === 'attempt').length,
    messages,
  };
};

// The worst that an abuser can do to a history: every set is full, and nothing shares a session.

import type { AttemptJudged, Outcome, SessionAbandoned, SessionIssued } from '../../shared/domain/events.ts';
import { emptyHistory, type History, withFaceLink } from '../../shared/domain/history.ts';
import { foldEvent, foldIntoDevice } from '../../shared/domain/judged-state.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';
import { PERIOD_START_MS } from '../period.ts';
import { correlationIdFor, deviceKeyFor, sessionIdFor } from './stored-form.ts';

/** So that all of it lies within the 30 days that count. */
const STEP_MS = 2 * MS_PER_HOUR;

export const WORST_ABUSER = correlationIdFor('worst abuser');

/** `devices`: how many the abuser takes in turn; with fewer than 12 some days have too few for as many passes as are kept. */
export const fullestHistory = (policy: Policy, devices: number): History => {
  const { keep } = policy;
  const sessions = sessionsFilling(policy, { correlationIdOf: () => WORST_ABUSER, devices });
  const history = sessions.flat().reduce((folded, event) => foldEvent(folded, event, policy), emptyHistory);
  return Array.from({ length: keep.links }, (_, index) => correlationIdFor(`same face ${index}`)).reduce(
    (linked, correlationId, index) =>
      withFaceLink(linked, { correlationId, atMs: PERIOD_START_MS + index * STEP_MS }, keep),
    history,
  );
};

/** Of a device on which every session is another id's. */
export const fullestDeviceHistory = (policy: Policy): History =>
  sessionsFilling(policy, { correlationIdOf: (session) => correlationIdFor(`other ${session}`), devices: 1 }).reduce(
    (folded, [, used]) => foldIntoDevice(folded, used, policy),
    emptyHistory,
  );

const sessionsFilling = (
  { keep }: Policy,
  { correlationIdOf, devices }: { correlationIdOf: (session: number) => string; devices: number },
): [SessionIssued, AttemptJudged | SessionAbandoned][] => {
  const ends: (Outcome | undefined)[] = [
    ...Array.from({ length: keep.spoof }, () => 'spoof' as const),
    ...Array.from({ length: keep.uncertain }, () => 'uncertain' as const),
    ...Array.from({ length: keep.technical }, () => 'technical' as const),
    ...Array.from({ length: keep.passes }, () => 'real' as const),
    ...Array.from({ length: keep.unused }, () => undefined),
  ];
  return ends.map((outcome, session) => {
    const correlationId = correlationIdOf(session);
    const atMs = PERIOD_START_MS + session * STEP_MS;
    const base = {
      customerId: 'customer',
      correlationId,
      sessionId: sessionIdFor(correlationId, `session ${session}`),
      deviceKey: deviceKeyFor(`device ${session % devices}`),
    };
    const usedAtMs = atMs + 30 * MS_PER_SECOND;
    return [
      { ...base, type: 'session.issued', atMs, attemptsAllowed: 3, tokenTtlSeconds: 600 },
      outcome === undefined
        ? { ...base, type: 'session.abandoned', atMs: usedAtMs }
        : { ...base, type: 'attempt', atMs: usedAtMs, attemptId: 1, outcome },
    ];
  });
};

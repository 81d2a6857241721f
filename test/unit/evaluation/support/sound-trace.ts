import { PERIOD_END_MS, PERIOD_START_MS } from '../../../../evaluation/period.ts';
import type { Trace, TraceEvent } from '../../../../evaluation/trace.ts';
import { eventKey } from '../../../../shared/domain/events.ts';

/** What is wrong with a trace, whoever is in it. */
export const faultsOf = ({ events, subjects }: Trace): string[] => {
  const faults: string[] = [];
  const known = new Set(subjects.flatMap(({ correlationIds }) => correlationIds));
  const keys = new Set<string>();
  const sessions = new Map<string, TraceEvent[]>();
  let lastMs = PERIOD_START_MS;
  for (const event of events) {
    const key = eventKey(event);
    if (keys.has(key)) faults.push(`${key} is there twice`);
    keys.add(key);
    if (event.atMs < lastMs) faults.push(`${key} is out of order`);
    lastMs = event.atMs;
    if (!Number.isInteger(event.atMs) || event.atMs >= PERIOD_END_MS) faults.push(`${key} is outside of the period`);
    if (!known.has(event.correlationId)) faults.push(`${key} belongs to nobody`);
    if (!event.sessionId.startsWith(`${event.correlationId}.`)) faults.push(`${key} is in another id's session`);
    sessions.set(event.sessionId, [...(sessions.get(event.sessionId) ?? []), event]);
  }
  for (const [sessionId, ofSession] of sessions) {
    if (!isSoundSession(ofSession)) faults.push(`session ${sessionId} is not sound`);
  }
  for (const { tries } of subjects) {
    if (tries.some((index) => events[index]?.type !== 'attempt')) faults.push('a try is not an attempt');
  }
  return faults;
};

/** A token, then either up to three attempts within its life of which only the last may pass, or its end unused. */
const isSoundSession = ([issued, ...later]: TraceEvent[]): boolean => {
  if (issued?.type !== 'session.issued') return false;
  if (later.some(({ deviceKey }) => deviceKey !== issued.deviceKey)) return false;
  if (later.some(({ type }) => type === 'session.abandoned')) return later.length === 1;
  return later.every(
    (event, index) =>
      event.type === 'attempt' &&
      event.attemptId === index + 1 &&
      event.attemptId <= issued.attemptsAllowed &&
      event.atMs < issued.atMs + issued.tokenTtlSeconds * 1000 &&
      (event.outcome !== 'real' || index === later.length - 1),
  );
};

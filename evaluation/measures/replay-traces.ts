import { Replay } from '../../shared/application/replay/replay.ts';
import type { ReplayLine, VerdictLine } from '../../shared/application/replay/replay-line.ts';
import { eventKey } from '../../shared/domain/events.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Trace, TraceEvent } from '../trace.ts';

/** As `npm run replay` fires it. */
const TIMER_MS = 60 * MS_PER_SECOND;

/** What the production code makes of these traces together: they share customers, so they share incidents. */
export const replayTraces = (traces: readonly Trace[], policy: Policy): ReplayLine[] =>
  replayEvents(inReplayOrder(traces.flatMap(({ events }) => events)), policy);

/** The same of events that are in the order of a replay already. */
export const replayEvents = (events: readonly TraceEvent[], policy: Policy): ReplayLine[] => {
  // No measure reads the hash, nor compares lines of two policies.
  const replay = new Replay({ policy, policyHash: '', timerMs: TIMER_MS, matchedSessions: matchedSessionsOf(events) });
  for (const event of events) replay.take(event);
  return replay.end();
};

/** By time and then by key. */
export const inReplayOrder = (events: readonly TraceEvent[]): TraceEvent[] =>
  events.toSorted((a, b) => a.atMs - b.atMs || compareTexts(eventKey(a), eventKey(b)));

export const isVerdict = (line: ReplayLine): line is VerdictLine => !line.pattern.startsWith('incident-');

export const isPause = ({ pattern }: VerdictLine): boolean => pattern.startsWith('pause-');

const matchedSessionsOf = (events: readonly TraceEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap(({ otherFlaggedSessions = [] }) => otherFlaggedSessions.map(({ sessionId }) => sessionId)));

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

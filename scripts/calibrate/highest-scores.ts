import { Replay, type ScoredAttempt } from '../../shared/application/replay/replay.ts';
import { MS_PER_DAY } from '../../shared/domain/time.ts';
import type { EventFile } from '../replay/read-events.ts';
import type { HashedPolicy } from '../replay/read-policy.ts';

/** No score is computed for an id without failures; it crosses no threshold whatever. */
export const NO_SCORE = -Infinity;

const PERIOD_DAYS = 30;
const TIMER_MS = 60_000;

/** The highest score of each id within thirty days of its first event. */
export const highestScores = (
  { table, rows }: EventFile,
  policy: HashedPolicy,
  isLeftOut: (correlationId: string) => boolean,
): number[] => {
  const ids = new Map<string, { untilMs: number; highest: number }>();
  const nameOf = ({ customerId, correlationId }: Pick<ScoredAttempt, 'customerId' | 'correlationId'>): string =>
    JSON.stringify([customerId, correlationId]);
  const onScore = (scored: ScoredAttempt): void => {
    const id = ids.get(nameOf(scored));
    if (id !== undefined && scored.atMs < id.untilMs) id.highest = Math.max(id.highest, scored.score);
  };

  const replay = new Replay({ ...policy, timerMs: TIMER_MS, matchedSessions: new Set(), onScore });
  for (const row of rows) {
    const event = table.eventAt(row);
    const name = nameOf(event);
    // Those that were confirmed are replayed all the same: what they did on a device weighs for others there.
    if (!isLeftOut(event.correlationId) && !ids.has(name)) {
      ids.set(name, { untilMs: event.atMs + PERIOD_DAYS * MS_PER_DAY, highest: NO_SCORE });
    }
    replay.take(event);
  }
  return [...ids.values()].map(({ highest }) => highest);
};

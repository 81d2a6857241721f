import { Replay } from '../../shared/application/replay/replay.ts';
import type { ReplayLine } from '../../shared/application/replay/replay-line.ts';
import type { EventFile } from './read-events.ts';
import type { HashedPolicy } from './read-policy.ts';

const MS_PER_SECOND = 1000;

export const replayFile = ({ table, rows }: EventFile, policy: HashedPolicy, timerSeconds: number): ReplayLine[] => {
  const timerMs = timerSeconds * MS_PER_SECOND;
  const replay = new Replay({ ...policy, timerMs, matchedSessions: table.matchedSessions() });
  for (const row of rows) replay.take(table.eventAt(row));
  return replay.end();
};

// Few tokens at a time. Who lost theirs (a restarted app, a closed page) gets it replaced instead of waiting for its end.

import { isAlive, type OutstandingSession } from '../outstanding.ts';
import type { Policy } from '../policy.ts';
import { MS_PER_SECOND } from '../time.ts';

export type AliveTokensAnswer =
  { kind: 'room' } | { kind: 'replace'; sessionId: string } | { kind: 'wait'; untilMs: number };

export const askAliveTokens = (
  outstanding: readonly OutstandingSession[],
  policy: Policy,
  deviceKey: string | undefined,
  nowMs: number,
): AliveTokensAnswer => {
  const alive = outstanding.filter((session) => isAlive(session, nowMs));
  const surplus = alive.length - policy.gate.maxAliveTokens;
  if (surplus < 0) return { kind: 'room' };

  const oldestOwn = alive
    .filter((session) => deviceKey !== undefined && session.deviceKey === deviceKey && session.recorded.length === 0)
    .sort((a, b) => a.reservedAtMs - b.reservedAtMs)[0];
  const replaceableAtMs =
    oldestOwn === undefined ? Infinity : oldestOwn.reservedAtMs + policy.gate.replaceUnusedAfterSeconds * MS_PER_SECOND;
  if (oldestOwn !== undefined && replaceableAtMs <= nowMs) return { kind: 'replace', sessionId: oldestOwn.sessionId };

  const ends = alive.map(({ expiresAtMs }) => expiresAtMs).sort((a, b) => a - b);
  return { kind: 'wait', untilMs: Math.min(ends[surplus] ?? Infinity, replaceableAtMs) };
};

// While many fresh ids of a customer try once each, an id that never passed, on a device on which nobody ever passed,
// gets one attempt; then the person is sent another way. A token of v1.2 cannot be limited to one attempt.

import type { History } from '../history.ts';
import type { OutstandingSession } from '../outstanding.ts';
import type { Policy } from '../policy.ts';
import { MS_PER_SECOND } from '../time.ts';

export type FreshIdAnswer =
  | { kind: 'unlimited' }
  | { kind: 'at-most'; attempts: number }
  | { kind: 'wait'; untilMs: number }
  | { kind: 'refuse'; untilMs: undefined };

export const askFreshIdLimit = (
  { history, outstanding }: { history: History; outstanding: readonly OutstandingSession[] },
  policy: Policy,
  limitFreshIds: boolean,
  nowMs: number,
): FreshIdAnswer => {
  if (!limitFreshIds || history.lastPassAtMs !== undefined) return { kind: 'unlimited' };
  const limit = policy.patterns.breadthFirst.attemptsWhileOpen;
  const made = history.spoof.length + history.uncertain.length + history.technical.length;
  if (made >= limit) return { kind: 'refuse', untilMs: undefined };
  if (outstanding.length === 0) return { kind: 'at-most', attempts: limit - made };
  const ends = outstanding.map(({ expiresAtMs }) => Math.max(expiresAtMs, nowMs));
  return { kind: 'wait', untilMs: Math.min(...ends) + policy.gate.settleSeconds * MS_PER_SECOND };
};

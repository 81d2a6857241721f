// Tokens are asked for and never used: stocked for later, or wasted to keep others out.

import type { History, UnusedToken } from '../history.ts';
import type { Policy } from '../policy.ts';
import { MS_PER_HOUR } from '../time.ts';
import { concernsOwner } from './owner.ts';
import type { PatternRule } from './pattern.ts';

const hoarded: PatternRule['crossing'] = ({ history, nowMs }, policy) => {
  const statistic = unusedTokens(history, policy, nowMs).length;
  const limit = policy.patterns.tokenHoarding.unusedTokens;
  return statistic >= limit ? { statistic, limit } : undefined;
};

export const tokenHoarding: PatternRule = {
  name: 'token-hoarding',
  judgedAt: ['timer'],
  flagsWithoutSpoof: false,

  crossing: hoarded,
  scope: (evidence, policy) => concernsOwner(hoarded, evidence, policy),

  reasons: ({ history, nowMs }, policy) => {
    const { windowHours } = policy.patterns.tokenHoarding;
    return [`${unusedTokens(history, policy, nowMs).length} tokens asked for and never used within ${windowHours} h`];
  },
};

/** In the window that ends now, without those for which an attempt came after all. */
export const unusedTokens = (history: History, policy: Policy, nowMs: number): UnusedToken[] => {
  const fromMs = nowMs - policy.patterns.tokenHoarding.windowHours * MS_PER_HOUR;
  const recent = history.unused.filter(({ atMs }) => atMs > fromMs && atMs <= nowMs);
  if (recent.length === 0) return [];
  const attempted = sessionsWithAttempt(history);
  return recent.filter(({ sessionId }) => !attempted.has(sessionId));
};

const sessionsWithAttempt = ({ spoof, uncertain, technical, passes, settled }: History): Set<string> => {
  const passed = settled.filter(({ passedOn }) => passedOn !== undefined);
  return new Set([...spoof, ...uncertain, ...technical, ...passes, ...passed].map(({ sessionId }) => sessionId));
};

// Sessions start like clockwork, and fail. People spread their gaps; scripts do not.

import { isIn, wholeView } from '../counts.ts';
import type { History, IssuedToken } from '../history.ts';
import { type Policy, roundToMillionth } from '../policy.ts';
import { MS_PER_SECOND } from '../time.ts';
import { concernsOwner } from './owner.ts';
import type { PatternRule } from './pattern.ts';

const likeClockwork: PatternRule['crossing'] = ({ history }, policy) => {
  const { spreadOfLogGap, longestGapSeconds, failedAttempts } = policy.patterns.machineCadence;
  const tokens = cadenceTokens(history, policy);
  if (tokens === undefined || failedIn(tokens, history, policy) < failedAttempts) return undefined;
  const gaps = gapsMs(tokens);
  if (gaps.some((gap) => gap > longestGapSeconds * MS_PER_SECOND)) return undefined;
  const spread = roundToMillionth(spreadOfLogs(gaps));
  return spread <= spreadOfLogGap ? { statistic: spread, limit: spreadOfLogGap } : undefined;
};

export const machineCadence: PatternRule = {
  name: 'machine-cadence',
  judgedAt: ['failure'],
  flagsWithoutSpoof: false,
  crossing: likeClockwork,
  scope: (evidence, policy) => concernsOwner(likeClockwork, evidence, policy),

  reasons: ({ history }, policy) => {
    const tokens = cadenceTokens(history, policy);
    if (tokens === undefined) return [];
    const gaps = gapsMs(tokens);
    const meanSeconds = Math.round(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / MS_PER_SECOND);
    // A spread of logarithms is a relative spread.
    const percent = Math.round(spreadOfLogs(gaps) * 100);
    return [`session starts repeat every ${meanSeconds} s within ${percent} %`];
  },
};

/** The newest tokens that are looked at; `undefined` while there are too few. */
export const cadenceTokens = ({ issued }: History, { patterns }: Policy): readonly IssuedToken[] | undefined => {
  const { tokens } = patterns.machineCadence;
  return issued.length < tokens ? undefined : issued.slice(-tokens);
};

const failedIn = (tokens: readonly IssuedToken[], history: History, policy: Policy): number => {
  const view = wholeView(history, policy);
  if (view === undefined) return 0;
  const sessions = new Set(tokens.map(({ sessionId }) => sessionId));
  const failures = [...history.spoof, ...history.uncertain, ...history.technical];
  return failures.filter((fact) => sessions.has(fact.sessionId) && isIn(view, fact)).length;
};

const gapsMs = (tokens: readonly IssuedToken[]): number[] =>
  tokens.slice(1).map(({ atMs }, index) => atMs - (tokens[index]?.atMs ?? atMs));

/** Population standard deviation; two tokens of one moment count as a millisecond apart. */
const spreadOfLogs = (gaps: readonly number[]): number => {
  const logs = gaps.map((gap) => Math.log(Math.max(1, gap)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
};

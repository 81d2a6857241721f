// The latched result of a crossing. With a spoof label an id is flagged until a human decides; without one it is at
// most paused, and the pause lapses by itself: a bad camera alone never makes anyone a suspect.

import type { History } from './history.ts';
import { impostor } from './patterns/impostor.ts';
import type { Crossing, Evidence, Pattern, PatternRule } from './patterns/pattern.ts';
import { repeatedFailures } from './patterns/repeated-failures.ts';
import { tokenHoarding } from './patterns/token-hoarding.ts';
import type { Policy } from './policy.ts';
import { scoreOf } from './score.ts';
import { MS_PER_HOUR } from './time.ts';

export type { Pattern } from './patterns/pattern.ts';

export interface Verdict {
  kind: 'flagged' | 'paused';
  scope: 'correlation';
  pattern: Pattern;
  sinceMs: number;
  /** Only of a pause. */
  untilMs?: number;
  statistic: number;
  limit: number;
  /** What looked: the recorder of results, the gate, the timer, or the Face service by a block of its own. */
  source: 'result' | 'gate' | 'timer' | 'face';
}

export interface JudgedState {
  history: History;
  verdict?: Verdict;
}

/** The more telling name first. */
const rules: readonly PatternRule[] = [impostor, repeatedFailures, tokenHoarding];

/** The verdict to latch, if there is a crossing that the present verdict does not cover already. */
export const judge = (
  state: JudgedState,
  policy: Policy,
  when: 'result' | 'gate' | 'timer',
  now: Date,
): Verdict | undefined => {
  const present = inForce(state.verdict, now);
  if (present?.kind === 'flagged') return undefined;

  const evidence = evidenceOf(state.history, policy, now.getTime());
  const flagged = firstCrossing('flagged', evidence, policy, when);
  if (flagged !== undefined) return verdictOf('flagged', flagged, policy, when, now);
  if (present !== undefined) return undefined;

  const notPausedForYet =
    state.verdict === undefined
      ? evidence
      : evidenceOf(newerThan(state.verdict.sinceMs, state.history), policy, now.getTime());
  const paused = firstCrossing('paused', notPausedForYet, policy, when);
  return paused === undefined ? undefined : verdictOf('paused', paused, policy, when, now);
};

/** The verdict if it still holds: a pause ends by itself. */
export const inForce = (verdict: Verdict | undefined, now: Date): Verdict | undefined =>
  verdict?.untilMs !== undefined && now.getTime() >= verdict.untilMs ? undefined : verdict;

/** When the timer has to look at this state although nothing happens to it. */
export const nextJudgementAt = (state: JudgedState, policy: Policy, now: Date): Date | undefined => {
  if (judge(state, policy, 'timer', now) !== undefined) return now;
  const lapsesAtMs = inForce(state.verdict, now)?.untilMs;
  if (lapsesAtMs === undefined) return undefined;
  const lapsesAt = new Date(lapsesAtMs);
  return judge(state, policy, 'timer', lapsesAt) === undefined ? undefined : lapsesAt;
};

/** Why, in sentences filled with the history's numbers. */
export const reasonsOf = (verdict: Verdict, history: History, policy: Policy): string[] =>
  ruleOf(verdict.pattern).reasons(evidenceOf(history, policy, verdict.sinceMs), policy);

/** The verdict's statistic as this history gives it; `undefined` when the pattern is not in it. */
export const crossingOf = (verdict: Verdict, history: History, policy: Policy): Crossing | undefined =>
  ruleOf(verdict.pattern).crossing(evidenceOf(history, policy, verdict.sinceMs), policy);

const ruleOf = (pattern: Pattern): PatternRule => {
  switch (pattern) {
    case 'impostor':
      return impostor;
    case 'repeated-failures':
      return repeatedFailures;
    case 'token-hoarding':
      return tokenHoarding;
  }
};

const evidenceOf = (history: History, policy: Policy, nowMs: number): Evidence => ({
  history,
  score: scoreOf(history, policy),
  nowMs,
});

interface FoundCrossing extends Crossing {
  pattern: Pattern;
}

const firstCrossing = (
  kind: Verdict['kind'],
  evidence: Evidence,
  policy: Policy,
  when: 'result' | 'gate' | 'timer',
): FoundCrossing | undefined => {
  const spoofSeen = (evidence.score?.counts.spoofs ?? 0) > 0;
  for (const rule of rules) {
    if (rule.needsClock && when !== 'timer') continue;
    if ((spoofSeen || rule.flagsWithoutSpoof ? 'flagged' : 'paused') !== kind) continue;
    const crossing = rule.crossing(evidence, policy);
    if (crossing !== undefined) return { ...crossing, pattern: rule.name };
  }
  return undefined;
};

const verdictOf = (
  kind: Verdict['kind'],
  { pattern, statistic, limit }: FoundCrossing,
  policy: Policy,
  source: Verdict['source'],
  now: Date,
): Verdict => {
  const sinceMs = now.getTime();
  const verdict = { kind, scope: 'correlation', pattern, sinceMs, statistic, limit, source } as const;
  return kind === 'paused' ? { ...verdict, untilMs: sinceMs + policy.pause.hours * MS_PER_HOUR } : verdict;
};

/** Who has sat out a pause is not paused for the same failures again; passes go on to count. */
const newerThan = (sinceMs: number, history: History): History => {
  const newer = ({ atMs }: { atMs: number }): boolean => atMs > sinceMs;
  return {
    ...history,
    spoof: history.spoof.filter(newer),
    uncertain: history.uncertain.filter(newer),
    technical: history.technical.filter(newer),
    unused: history.unused.filter(newer),
  };
};

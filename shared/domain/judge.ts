// Recorder, gate, timer and replay ask one judge: which patterns are in what is known, and what follows from that.

import type { Scope } from './channel.ts';
import type { History } from './history.ts';
import type { JudgedState } from './judged-state.ts';
import { faceReuse } from './patterns/face-reuse.ts';
import { impostor } from './patterns/impostor.ts';
import { linkedDevice, linkedLineage } from './patterns/linked.ts';
import { machineCadence } from './patterns/machine-cadence.ts';
import type { Crossing, Evidence, Occasion, PatternRule } from './patterns/pattern.ts';
import type { Pattern } from './patterns/pattern-names.ts';
import { repeatedFailures } from './patterns/repeated-failures.ts';
import { tokenHoarding } from './patterns/token-hoarding.ts';
import { unfamiliarDevice } from './patterns/unfamiliar-device.ts';
import type { Policy } from './policy.ts';
import { type ScoredState, scoreOf } from './score.ts';
import { MS_PER_HOUR } from './time.ts';
import { isInForce, type Verdict } from './verdict.ts';

/** What else the judge has to know. */
export interface Circumstances {
  /** Verdicts are recorded as if, and block nobody. */
  audit?: boolean;
  /** The customer assigns identifiers wrongly, so one face under many of them says nothing. */
  identifierIncident?: boolean;
}

/** A verdict with the history that it was found in. */
export interface Finding {
  verdict: Verdict;
  history: History;
}

/** Of the patterns that are the score, a crossing has one. */
const rules: readonly PatternRule[] = [
  impostor,
  unfamiliarDevice,
  linkedDevice,
  linkedLineage,
  repeatedFailures,
  machineCadence,
  tokenHoarding,
  faceReuse,
];

const rulesOn: Readonly<Record<Occasion, readonly PatternRule[]>> = {
  failure: rules.filter(({ judgedAt }) => judgedAt.includes('failure')),
  result: rules.filter(({ judgedAt }) => judgedAt.includes('result')),
  gate: rules.filter(({ judgedAt }) => judgedAt.includes('gate')),
  timer: rules.filter(({ judgedAt }) => judgedAt.includes('timer')),
};

/**
 * What is new: a flag for each pattern that was not flagged yet, or reaches further now; else a pause, unless one is in
 * force. `nowMs` is the moment at which it takes effect.
 */
export const judge = (
  state: JudgedState,
  policy: Policy,
  occasion: Occasion,
  nowMs: number,
  circumstances: Circumstances = {},
): Finding[] => {
  const known = circumstances.audit === true ? state.verdicts : state.verdicts.filter(({ audit }) => audit !== true);
  const evidence = evidenceOf(state, policy, nowMs);
  const spoofSeen = (evidence.score?.counts.spoofs ?? 0) > 0;
  const asked =
    circumstances.identifierIncident === true
      ? rulesOn[occasion].filter(({ name }) => name !== 'face-reuse')
      : rulesOn[occasion];
  const found = (kind: Verdict['kind'], rule: PatternRule, seen: Evidence, crossing: Crossing): Finding => ({
    verdict: verdictOf(kind, rule, seen, crossing, policy, occasion, circumstances),
    history: seen.history,
  });

  const flags: Finding[] = [];
  for (const rule of asked) {
    if (!spoofSeen && !rule.flagsWithoutSpoof) continue;
    if (isFlagged(known, rule.name, 'correlation')) continue;
    const crossing = rule.crossing(evidence, policy);
    if (crossing === undefined || isFlagged(known, rule.name, scopeOf(rule, evidence, policy))) continue;
    flags.push(found('flagged', rule, evidence, crossing));
  }
  if (flags.length > 0 || spoofSeen || known.some((verdict) => isInForce(verdict, nowMs))) return flags;

  const lastPause = known.findLast(({ kind }) => kind === 'paused');
  const notPausedForYet =
    lastPause === undefined
      ? evidence
      : evidenceOf({ ...state, history: newerThan(lastPause.sinceMs, state.history) }, policy, nowMs);
  for (const rule of asked) {
    if (rule.flagsWithoutSpoof) continue;
    const crossing = rule.crossing(notPausedForYet, policy);
    if (crossing !== undefined) return [found('paused', rule, notPausedForYet, crossing)];
  }
  return [];
};

/** When the timer has to look at this state although nothing happens to it. */
export const nextJudgementMs = (
  state: JudgedState,
  policy: Policy,
  nowMs: number,
  circumstances: Circumstances = {},
): number | undefined => {
  if (judge(state, policy, 'timer', nowMs, circumstances).length > 0) return nowMs;
  const lapsesAtMs = state.verdicts.findLast(({ untilMs }) => untilMs !== undefined && untilMs > nowMs)?.untilMs;
  if (lapsesAtMs === undefined) return undefined;
  return judge(state, policy, 'timer', lapsesAtMs, circumstances).length === 0 ? undefined : lapsesAtMs;
};

/** Why, in sentences filled with the numbers of what was found. */
export const reasonsOf = (verdict: Verdict, state: ScoredState, policy: Policy): string[] =>
  ruleOf(verdict.pattern).reasons(evidenceOf(state, policy, verdict.sinceMs), policy);

/** The verdict's statistic as this state gives it; `undefined` when the pattern is not in it. */
export const crossingOf = (verdict: Verdict, state: ScoredState, policy: Policy): Crossing | undefined =>
  ruleOf(verdict.pattern).crossing(evidenceOf(state, policy, verdict.sinceMs), policy);

/** Whom the verdict concerns, as this state gives it. */
export const scopeIn = (verdict: Verdict, state: ScoredState, policy: Policy): Scope =>
  scopeOf(ruleOf(verdict.pattern), evidenceOf(state, policy, verdict.sinceMs), policy);

const ruleOf = (pattern: Pattern): PatternRule => {
  const rule = rules.find(({ name }) => name === pattern);
  if (rule === undefined) throw new TypeError(`there is no pattern ${pattern}`);
  return rule;
};

const evidenceOf = (state: ScoredState, policy: Policy, nowMs: number): Evidence => ({
  history: state.history,
  score: scoreOf(state, policy),
  nowMs,
});

const isFlagged = (verdicts: readonly Verdict[], pattern: Pattern, scope: Scope): boolean =>
  verdicts.some(
    (verdict) =>
      verdict.kind === 'flagged' &&
      verdict.pattern === pattern &&
      (verdict.scope === 'correlation' || verdict.scope === scope),
  );

const scopeOf = (rule: PatternRule, evidence: Evidence, policy: Policy): Scope =>
  rule.scope?.(evidence, policy) ?? evidence.score?.scope ?? 'correlation';

const verdictOf = (
  kind: Verdict['kind'],
  rule: PatternRule,
  evidence: Evidence,
  { statistic, limit }: Crossing,
  policy: Policy,
  occasion: Occasion,
  { audit }: Circumstances,
): Verdict => ({
  kind,
  scope: scopeOf(rule, evidence, policy),
  pattern: rule.name,
  sinceMs: evidence.nowMs,
  ...(kind === 'paused' && { untilMs: evidence.nowMs + policy.pause.hours * MS_PER_HOUR }),
  statistic,
  limit,
  source: occasion === 'gate' || occasion === 'timer' ? occasion : 'result',
  ...(audit === true && { audit: true }),
});

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

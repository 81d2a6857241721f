// Asking for a token is where risk is judged: issue, replace, wait, or refuse. The reservation that follows from `issue`
// and this decision are one conditional write of the caller; who loses the race decides again.

import { askAliveTokens } from './gate-rules/alive-tokens.ts';
import { askBudget, type BudgetedState, exposureOf } from './gate-rules/exposure-budget.ts';
import { retryDelayedUntilMs } from './gate-rules/retry-delay.ts';
import type { Policy } from './policy.ts';
import { inForce, judge, type Verdict } from './verdict.ts';

export interface GateState extends BudgetedState {
  verdict?: Verdict;
}

export interface GateRequest {
  deviceKey?: string;
  attemptsWanted: number;
  /** The number cannot be lowered (v1.2 of the Face API), so a token is refused when fewer attempts are left. */
  attemptsFixed: boolean;
}

export type GateDecision =
  | {
      kind: 'issue';
      attemptsAllowed: number;
      /** Judged tries left in the budget after this token's reservation. */
      remainingAttempts: number;
    }
  /** The caller's own token, unused as far as we know: to be checked at the Face service and closed; then ask again. */
  | { kind: 'replace'; sessionId: string }
  | { kind: 'wait'; until: Date; because: 'alive-tokens' | 'delay' | 'reserved-budget' }
  | { kind: 'refuse'; because: 'correlation-flagged' | 'paused' | 'exposure-budget'; until?: Date };

/** `latch` is a verdict that the gate was the first to see. */
export const decide = (
  state: GateState,
  policy: Policy,
  request: GateRequest,
  now: Date,
): { decision: GateDecision; latch?: Verdict } => {
  const latch = judge(state, policy, 'gate', now);
  const verdict = latch ?? inForce(state.verdict, now);
  const decision = verdict === undefined ? admit(state, policy, request, now) : refusal(verdict);
  return latch === undefined ? { decision } : { decision, latch };
};

/** Judged tries left in the budget. */
export const remainingAttempts = (state: GateState, policy: Policy, now: Date): number =>
  exposureOf(state, policy, now.getTime()).left;

/** When asking again can succeed; `undefined` when time alone does not help. */
export const nextAllowedAt = (state: GateState, policy: Policy, request: GateRequest, now: Date): Date | undefined => {
  const { decision } = decide(state, policy, request, now);
  switch (decision.kind) {
    case 'issue':
    case 'replace':
      return now;
    case 'wait':
    case 'refuse':
      return decision.until;
  }
};

const refusal = ({ untilMs }: Verdict): GateDecision =>
  untilMs === undefined
    ? { kind: 'refuse', because: 'correlation-flagged' }
    : { kind: 'refuse', because: 'paused', until: new Date(untilMs) };

const admit = (state: GateState, policy: Policy, request: GateRequest, now: Date): GateDecision => {
  const nowMs = now.getTime();
  const exposure = exposureOf(state, policy, nowMs);
  const budget = askBudget(state, exposure, policy, request, nowMs);
  if (budget.kind === 'refuse') {
    const refused = { kind: 'refuse', because: 'exposure-budget' } as const;
    return budget.untilMs === undefined ? refused : { ...refused, until: new Date(budget.untilMs) };
  }

  // One wait, the latest of all: otherwise one more failure could turn a long wait into a shorter one.
  const tokens = askAliveTokens(state.outstanding, policy, request.deviceKey, nowMs);
  const waits: { untilMs: number; because: (GateDecision & { kind: 'wait' })['because'] }[] = [
    { untilMs: budget.kind === 'wait' ? budget.untilMs : -Infinity, because: 'reserved-budget' },
    { untilMs: tokens.kind === 'wait' ? tokens.untilMs : -Infinity, because: 'alive-tokens' },
    { untilMs: retryDelayedUntilMs(state.history, policy, nowMs), because: 'delay' },
  ];
  const longest = waits.reduce((a, b) => (b.untilMs > a.untilMs ? b : a));
  if (budget.kind === 'wait' || longest.untilMs > nowMs) {
    return { kind: 'wait', until: new Date(longest.untilMs), because: longest.because };
  }

  if (tokens.kind === 'replace') return tokens;
  const { attemptsAllowed } = budget;
  return { kind: 'issue', attemptsAllowed, remainingAttempts: exposure.left - attemptsAllowed };
};

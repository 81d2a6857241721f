// The operator states a chance of breach; the number of judged tries that anyone gets in the window follows by
// arithmetic. Every attempt that may still come counts as if it had failed, so that many requests at once, results that
// come late and lost answers cannot exceed the budget.

import type { History } from '../history.ts';
import { attemptsToCome, type OutstandingSession } from '../outstanding.ts';
import { budgetOf, budgetWindowMs, type Policy } from '../policy.ts';
import { MS_PER_SECOND } from '../time.ts';

export interface BudgetedState {
  history: History;
  outstanding: readonly OutstandingSession[];
  carriedFailures: readonly CarriedFailure[];
}

export interface CarriedFailure {
  atMs: number;
  /** The device, empty when unknown. */
  tag: string;
}

/** What one channel has used of its budget. */
export interface Exposure {
  budget: number;
  /** Judged failures in the window that ends now, oldest first. */
  judgedMs: readonly number[];
  /** Sessions that are not settled, and the attempts that they may still bring. */
  outstanding: readonly OutstandingSession[];
  reserved: number;
  left: number;
}

export const exposureOf = (
  { history, outstanding, carriedFailures }: BudgetedState,
  policy: Policy,
  inChannel: (tag: string) => boolean,
  nowMs: number,
): Exposure => {
  const fromMs = nowMs - budgetWindowMs(policy);
  const judgedMs = [...history.spoof, ...history.uncertain, ...carriedFailures]
    .filter(({ atMs, tag }) => atMs > fromMs && inChannel(tag))
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b);
  const own = outstanding.filter(({ deviceKey }) => inChannel(deviceKey ?? ''));
  const reserved = own.reduce((sum, session) => sum + attemptsToCome(session), 0);
  const budget = budgetOf(policy);
  return { budget, judgedMs, outstanding: own, reserved, left: Math.max(0, budget - judgedMs.length - reserved) };
};

export type BudgetAnswer =
  | { kind: 'fits'; attemptsAllowed: number }
  | { kind: 'wait'; untilMs: number }
  | { kind: 'refuse'; untilMs: number | undefined };

export const askBudget = (
  { budget, judgedMs, outstanding, left }: Exposure,
  policy: Policy,
  { attemptsWanted, attemptsFixed }: { attemptsWanted: number; attemptsFixed: boolean },
  nowMs: number,
): BudgetAnswer => {
  const needed = attemptsFixed ? attemptsWanted : 1;
  if (needed <= left) return { kind: 'fits', attemptsAllowed: Math.min(attemptsWanted, left) };
  if (judgedMs.length + needed <= budget) {
    // A session gives back what it did not use once its end has passed and its result was collected.
    const ends = outstanding.map(({ expiresAtMs }) => Math.max(expiresAtMs, nowMs));
    return { kind: 'wait', untilMs: Math.min(...ends) + policy.gate.settleSeconds * MS_PER_SECOND };
  }
  const lastToLeaveMs = judgedMs[judgedMs.length + needed - budget - 1];
  return { kind: 'refuse', untilMs: lastToLeaveMs === undefined ? undefined : lastToLeaveMs + budgetWindowMs(policy) };
};

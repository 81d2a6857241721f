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

/** What one channel, or both together, have used of their budget. */
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
  state: BudgetedState,
  policy: Policy,
  inChannel: (tag: string) => boolean,
  nowMs: number,
): Exposure => exposure(state, policy, inChannel, budgetOf(policy), nowMs);

/**
 * Both channels have one budget each, and no more together. A device that becomes familiar, or ceases to be, takes its
 * failures along; what that frees in one channel is not for anyone who can pass now and then to use again and again.
 * Devices that never passed count for one budget at most, so that a stranger leaves the owner the other one.
 */
export const exposureOfBoth = (state: BudgetedState, policy: Policy, nowMs: number): Exposure => {
  const budget = budgetOf(policy);
  const passedOn = new Set(state.history.passes.map(({ tag }) => tag).filter((tag) => tag !== ''));
  const all = exposure(state, policy, () => true, 2 * budget, nowMs);
  const passed = exposure(state, policy, (tag) => passedOn.has(tag), budget, nowMs);
  return passed.left > all.left ? passed : all;
};

const exposure = (
  { history, outstanding, carriedFailures }: BudgetedState,
  policy: Policy,
  counts: (tag: string) => boolean,
  budget: number,
  nowMs: number,
): Exposure => {
  const fromMs = nowMs - budgetWindowMs(policy);
  const judgedMs = [...history.spoof, ...history.uncertain, ...carriedFailures]
    .filter(({ atMs, tag }) => atMs > fromMs && counts(tag))
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b);
  const own = outstanding.filter(({ deviceKey }) => counts(deviceKey ?? ''));
  const reserved = own.reduce((sum, session) => sum + attemptsToCome(session), 0);
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

/** Of two budgets that both have to hold. */
export const stricter = (a: BudgetAnswer, b: BudgetAnswer): BudgetAnswer => {
  const [kindA, amountA] = strictness(a);
  const [kindB, amountB] = strictness(b);
  return kindB > kindA || (kindB === kindA && amountB > amountA) ? b : a;
};

/** Refusing before waiting before issuing; then later before sooner, and fewer attempts before more. */
const strictness = (answer: BudgetAnswer): [kind: number, amount: number] => {
  switch (answer.kind) {
    case 'fits':
      return [0, -answer.attemptsAllowed];
    case 'wait':
      return [1, answer.untilMs];
    case 'refuse':
      return [2, answer.untilMs ?? Infinity];
  }
};

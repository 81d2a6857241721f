// Asking for a token is where risk is judged: issue, replace, wait, or refuse. The reservation that follows from `issue`
// and this decision are one conditional write of the caller; who loses the race decides again.

import { familiarDevices } from './channel.ts';
import { askAliveTokens } from './gate-rules/alive-tokens.ts';
import { askBudget, type CarriedFailure, exposureOf, exposureOfBoth, stricter } from './gate-rules/exposure-budget.ts';
import { askFreshIdLimit } from './gate-rules/fresh-id-limit.ts';
import { retryDelayedUntilMs } from './gate-rules/retry-delay.ts';
import type { JudgedState } from './judged-state.ts';
import type { OutstandingSession } from './outstanding.ts';
import type { Policy } from './policy.ts';
import { blockOf } from './verdict.ts';
import { judge, type Finding } from './judge.ts';

export interface GateState extends JudgedState {
  outstanding: readonly OutstandingSession[];
  /** Judged failures of predecessors: a reset does not refill the budget. */
  carriedFailures: readonly CarriedFailure[];
}

export interface GateRequest {
  deviceKey?: string;
  attemptsWanted: number;
  /** The number cannot be lowered (v1.2 of the Face API), so a token is refused when fewer attempts are left. */
  attemptsFixed: boolean;
  /** Verdicts block nobody at present; budget and waiting times hold all the same. */
  audit?: boolean;
  /** Many fresh ids try once each at present, and nobody has ever passed on this device. */
  limitFreshIds?: boolean;
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
  | {
      kind: 'refuse';
      because: 'correlation-flagged' | 'device-not-familiar' | 'paused' | 'exposure-budget';
      until?: Date;
    };

/** `found` are verdicts that the gate was the first to see. */
export const decide = (
  state: GateState,
  policy: Policy,
  request: GateRequest,
  now: Date,
): { decision: GateDecision; found: Finding[] } => {
  const nowMs = now.getTime();
  const audit = request.audit === true;
  const found = judge(state, policy, 'gate', nowMs, { audit });
  const verdicts = [...state.verdicts, ...found.map(({ verdict }) => verdict)];
  const channel = channelOf(state, policy, request, nowMs);
  const decision =
    (audit ? undefined : refusal(verdicts, channel, nowMs)) ?? admit(state, policy, request, channel, nowMs);
  return { decision, found };
};

/** Judged tries left in the budget of the channel that the request belongs to. */
export const remainingAttempts = (state: GateState, policy: Policy, request: GateRequest, now: Date): number => {
  const nowMs = now.getTime();
  const channel = channelOf(state, policy, request, nowMs);
  return Math.min(exposureOf(state, policy, channel.includes, nowMs).left, exposureOfBoth(state, policy, nowMs).left);
};

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

/** Familiar devices, or all others: each counts for itself, so that a stranger uses up nothing of the owner's. */
interface Channel {
  isFamiliar: boolean;
  includes: (tag: string) => boolean;
}

const channelOf = (state: GateState, policy: Policy, { deviceKey }: GateRequest, nowMs: number): Channel => {
  const familiar = familiarDevices(state.history, policy, nowMs);
  const isFamiliar = deviceKey !== undefined && familiar.has(deviceKey);
  return { isFamiliar, includes: (tag) => familiar.has(tag) === isFamiliar };
};

const refusal = (verdicts: JudgedState['verdicts'], channel: Channel, nowMs: number): GateDecision | undefined => {
  const block = blockOf(verdicts, nowMs);
  if (block === undefined || (block.scope === 'device' && channel.isFamiliar)) return undefined;
  if (block.kind === 'paused') {
    const until = block.untilMs === undefined ? {} : { until: new Date(block.untilMs) };
    return { kind: 'refuse', because: 'paused', ...until };
  }
  return { kind: 'refuse', because: block.scope === 'device' ? 'device-not-familiar' : 'correlation-flagged' };
};

const admit = (
  state: GateState,
  policy: Policy,
  request: GateRequest,
  channel: Channel,
  nowMs: number,
): GateDecision => {
  const exposure = exposureOf(state, policy, channel.includes, nowMs);
  const both = exposureOfBoth(state, policy, nowMs);
  const freshId = askFreshIdLimit(state, policy, request.limitFreshIds === true, nowMs);
  const limited = atMost(freshId.kind === 'at-most' ? freshId.attempts : Infinity, request);
  const budget =
    freshId.kind === 'wait' || freshId.kind === 'refuse'
      ? freshId
      : stricter(askBudget(exposure, policy, limited, nowMs), askBudget(both, policy, limited, nowMs));
  if (budget.kind === 'refuse') {
    const refused = { kind: 'refuse', because: 'exposure-budget' } as const;
    return budget.untilMs === undefined ? refused : { ...refused, until: new Date(budget.untilMs) };
  }

  // One wait, the latest of all: otherwise one more failure could turn a long wait into a shorter one.
  const tokens = askAliveTokens(exposure.outstanding, policy, request.deviceKey, nowMs);
  const waits: { untilMs: number; because: (GateDecision & { kind: 'wait' })['because'] }[] = [
    { untilMs: budget.kind === 'wait' ? budget.untilMs : -Infinity, because: 'reserved-budget' },
    { untilMs: tokens.kind === 'wait' ? tokens.untilMs : -Infinity, because: 'alive-tokens' },
    { untilMs: retryDelayedUntilMs(state.history, policy, channel.includes, nowMs), because: 'delay' },
  ];
  const longest = waits.reduce((a, b) => (b.untilMs > a.untilMs ? b : a));
  if (budget.kind === 'wait' || longest.untilMs > nowMs) {
    return { kind: 'wait', until: new Date(longest.untilMs), because: longest.because };
  }

  if (tokens.kind === 'replace') return tokens;
  return issue(budget.attemptsAllowed, Math.min(exposure.left, both.left));
};

const atMost = (attempts: number, { attemptsWanted, attemptsFixed }: GateRequest) => ({
  attemptsWanted: attemptsFixed ? attemptsWanted : Math.min(attemptsWanted, attempts),
  attemptsFixed,
});

const issue = (attemptsAllowed: number, left: number): GateDecision => ({
  kind: 'issue',
  attemptsAllowed,
  remainingAttempts: left - attemptsAllowed,
});

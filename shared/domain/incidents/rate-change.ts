// Has a share of failures doubled? A cumulative sum of log-likelihood ratios (Page 1954): while nothing changes it stays
// near 0, after a change it rises steadily. What happened before the sum was last 0 does not matter.
//
//   sum  30 ─ ─ ─ ─ ─ ─ ─ ─ ceiling: a long trouble must not take as long to be forgotten
//             ╱‾‾‾‾╲
//   15 ─ ─ ─╱─ ─ ─ ─╲─ ─ ─  opens
//         ╱           ╲
//    0 ─╱──────────────╲──┊── closes some hours after the sum is back at 0, unless it reached 15 again meanwhile

import type { RateChangePolicy } from '../policy.ts';
import { MS_PER_DAY, MS_PER_HOUR } from '../time.ts';
import type { Incident } from './incident.ts';

export interface RateChange {
  sum: number;
  /** Since the sum was last 0. */
  checks: number;
  failures: number;
  lastCheckAtMs: number;
  incident?: Incident;
  /** When the sum of an open incident came back to 0. */
  backAtZeroMs?: number;
}

export interface RateCheck {
  atMs: number;
  failed: boolean;
  usualShare: number;
}

export const noRateChange = (): RateChange => ({ sum: 0, checks: 0, failures: 0, lastCheckAtMs: 0 });

/** Adds the check to the sum, in place, and says whether it stands for a change now. */
export const addCheck = (change: RateChange, check: RateCheck, policy: RateChangePolicy, checksNeeded = 0): boolean => {
  const { atMs, failed, usualShare } = check;
  change.lastCheckAtMs = atMs;
  const changedShare = Math.min(policy.ratio * usualShare, policy.mostShare);
  // Where nearly everything fails anyway, there is no worse to look for.
  if (changedShare <= usualShare) return false;
  const step = failed ? Math.log(changedShare / usualShare) : Math.log((1 - changedShare) / (1 - usualShare));
  change.sum = Math.min(Math.max(change.sum + step, 0), policy.ceiling);
  if (change.sum === 0) {
    change.checks = 0;
    change.failures = 0;
    if (change.incident !== undefined) change.backAtZeroMs ??= atMs;
    return false;
  }
  change.checks += 1;
  if (failed) change.failures += 1;
  const stands = change.sum >= policy.openAt && change.checks >= checksNeeded;
  if (stands) delete change.backAtZeroMs;
  return stands;
};

/** When the incident ends if no further check comes. */
export const closesAtMs = (change: RateChange, policy: RateChangePolicy): number =>
  Math.min((change.backAtZeroMs ?? Infinity) + policy.closeAfterHours * MS_PER_HOUR, forgottenAtMs(change, policy));

/** Closes the incident whose time has come, in place. */
export const closeIfDue = (change: RateChange, nowMs: number, policy: RateChangePolicy): Incident | undefined => {
  const { incident } = change;
  if (incident === undefined) return undefined;
  const closedAtMs = closesAtMs(change, policy);
  if (nowMs < closedAtMs) return undefined;
  delete change.incident;
  delete change.backAtZeroMs;
  return { ...incident, closedAtMs };
};

/**
 * A version that is not used any more would never come back to 0. After one half-life of the baseline without a check
 * its sum counts for nothing.
 */
export const forgottenAtMs = ({ lastCheckAtMs }: RateChange, { halfLifeDays }: RateChangePolicy): number =>
  lastCheckAtMs + halfLifeDays * MS_PER_DAY;

// Many fresh identifiers try once each: no id has enough failures to be seen, so the share of spoof labels among first
// checks is watched.

import type { FirstCheck } from '../observations.ts';
import type { Policy } from '../policy.ts';
import { type IncidentChanges, incidentOf, percentOf } from './incident.ts';
import { countCheck, emptyBaseline, leaveOut, type RateBaseline, turnToHourOf, usualShare } from './rate-baseline.ts';
import { addCheck, closeIfDue, forgottenAtMs, noRateChange, type RateChange } from './rate-change.ts';

export interface BreadthFirstWatch {
  baseline: RateBaseline;
  change: RateChange;
}

export const noBreadthFirst = (): BreadthFirstWatch => ({ baseline: emptyBaseline(), change: noRateChange() });

/** Changes the watch in place. Checks come in the order of time. */
export const countFirstCheck = (
  watch: BreadthFirstWatch,
  { atMs, customerId, outcome }: FirstCheck,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  const { breadthFirst } = policy.patterns;
  const { baseline, change } = watch;
  closeDueBreadthFirst(watch, atMs, policy, changes);
  if (atMs >= forgottenAtMs(change, breadthFirst)) Object.assign(change, noRateChange());

  const failed = outcome === 'spoof';
  turnToHourOf(baseline, atMs, breadthFirst.halfLifeDays);
  countCheck(baseline, WHOLE_CUSTOMER, failed);
  const usual = baseline.checks < breadthFirst.baselineChecks ? breadthFirst.priorShare : usualShare(baseline);
  const stands = addCheck(change, { atMs, failed, usualShare: usual }, breadthFirst);
  if (stands && change.incident === undefined) {
    const share = percentOf(change.failures / change.checks);
    change.incident = incidentOf({
      pattern: 'incident-breadth-first',
      customerId,
      openedAtMs: atMs,
      statistic: change.sum,
      limit: breadthFirst.openAt,
      reason: `${share} of first checks of new identifiers are spoofs, usually ${percentOf(usual)}`,
    });
    changes.opened.push(change.incident);
  }
  if (change.incident !== undefined) leaveOut(baseline, WHOLE_CUSTOMER);
};

export const closeDueBreadthFirst = (
  { change }: BreadthFirstWatch,
  nowMs: number,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  const closed = closeIfDue(change, nowMs, policy.patterns.breadthFirst);
  if (closed !== undefined) changes.closed.push(closed);
};

/** New identifiers are not sliced any further. */
const WHOLE_CUSTOMER = '';

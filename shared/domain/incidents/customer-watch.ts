// Everything that is known of one customer's incidents. Plain data, so that it can be stored between two looks and give
// the same answers as if it had never been away.

import type { Observation } from '../observations.ts';
import type { Policy } from '../policy.ts';
import { type BreadthFirstWatch, closeDueBreadthFirst, countFirstCheck, noBreadthFirst } from './breadth-first.ts';
import {
  closeDuePerSession,
  countDeviceDay,
  nextPerSessionCloseMs,
  noPerSession,
  type PerSessionWatch,
} from './correlation-id-per-session.ts';
import {
  closeDueSharedIds,
  countSharedId,
  nextSharedIdCloseMs,
  noSharedId,
  type SharedIdWatch,
} from './correlation-id-shared.ts';
import {
  closeDueDrifts,
  countCleanCheck,
  type FailureDriftWatch,
  nextDriftCloseMs,
  noDrift,
  openDrifts,
  openDriftsOf,
} from './failure-drift.ts';
import type { Incident, IncidentChanges } from './incident.ts';
import { closesAtMs } from './rate-change.ts';

export interface CustomerWatch {
  customerId: string;
  /** Of the newest observation. */
  newestAtMs: number;
  drift: FailureDriftWatch;
  breadthFirst: BreadthFirstWatch;
  perSession: PerSessionWatch;
  sharedId: SharedIdWatch;
  /** What happened since the last tick. */
  changes: IncidentChanges;
}

export const newWatch = (customerId: string): CustomerWatch => ({
  customerId,
  newestAtMs: 0,
  drift: noDrift(),
  breadthFirst: noBreadthFirst(),
  perSession: noPerSession(),
  sharedId: noSharedId(),
  changes: { opened: [], closed: [] },
});

/**
 * Counts one observation, in place. They come in the order of `compareObservations`. One that comes late counts at the
 * moment of the newest: sums and baselines only go forward.
 */
export const observe = (watch: CustomerWatch, observation: Observation, policy: Policy): void => {
  watch.newestAtMs = Math.max(watch.newestAtMs, observation.atMs);
  const atMs = watch.newestAtMs;
  switch (observation.kind) {
    case 'clean-check':
      countCleanCheck(watch.drift, { ...observation, atMs }, policy, watch.changes);
      return;
    case 'first-check':
      countFirstCheck(watch.breadthFirst, { ...observation, atMs }, policy, watch.changes);
      return;
    case 'device-day':
      countDeviceDay(watch.perSession, observation, policy, watch.changes);
      return;
    case 'shared-id-hour':
      countSharedId(watch.sharedId, observation, policy, watch.changes);
      return;
  }
};

/**
 * What opened and closed since the last tick, in place. When ticks come makes no difference to what opens: incidents open
 * and close at moments that the observations decide, a tick only brings them to light.
 */
export const tick = (watch: CustomerWatch, nowMs: number, policy: Policy): IncidentChanges => {
  const { changes } = watch;
  closeDueDrifts(watch.drift, nowMs, policy, changes);
  closeDueBreadthFirst(watch.breadthFirst, nowMs, policy, changes);
  closeDuePerSession(watch.perSession, nowMs, policy, changes);
  closeDueSharedIds(watch.sharedId, nowMs, policy, changes);
  watch.changes = { opened: [], closed: [] };
  return changes;
};

/** When a tick has something to close although nothing was observed; `undefined` while that cannot be. */
export const nextCloseMs = (watch: CustomerWatch, policy: Policy): number | undefined => {
  const { change } = watch.breadthFirst;
  const next = Math.min(
    nextDriftCloseMs(watch.drift, policy),
    change.incident === undefined ? Infinity : closesAtMs(change, policy.patterns.breadthFirst),
    nextPerSessionCloseMs(watch.perSession, policy),
    nextSharedIdCloseMs(watch.sharedId, policy),
  );
  return next === Infinity ? undefined : next;
};

/** In the order in which they opened. */
export const openIncidents = ({ drift, breadthFirst, perSession, sharedId }: CustomerWatch): Incident[] =>
  [
    ...openDrifts(drift),
    ...sharedId.open.map(({ incident }) => incident),
    breadthFirst.change.incident,
    perSession.incident,
  ]
    .filter((incident) => incident !== undefined)
    .toSorted((a, b) => a.openedAtMs - b.openedAtMs);

/** The incident of the version that opened first. */
export const openDriftIncident = (watch: CustomerWatch, appVersion: string): Incident | undefined =>
  openDriftsOf(watch.drift, appVersion).toSorted((a, b) => a.openedAtMs - b.openedAtMs)[0];

/** Identifiers are assigned wrongly: what looks like one face under many ids says nothing about anybody. */
export const identifierIncidentOpen = ({ perSession, sharedId }: CustomerWatch): boolean =>
  perSession.incident !== undefined || sharedId.open.length > 0;
